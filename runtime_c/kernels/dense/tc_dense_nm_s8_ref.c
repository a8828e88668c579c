#include "tinyc/nm_pixel.h"

/* Computes:  as tc_dense_s8_ref; of every m inputs n are multiplied.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: equal to tc_dense_s8_ref.
 * Measured:  tinyc profile, 640 to 128, one row, per MAC of all weights, 2 of 4 and 1 of 4 (the fastest kernel of dense
 *            weights): Cortex-M4, model cycles, 3.76, 2.01 (1.26); M3, model cycles, 4.00, 2.12 (3.39); M0,
 *            instructions, 5.92, 2.72 (3.38).
 */
#define TC_FUNCTION tc_dense_nm_s8_ref
#define TC_PARAMS tc_dense_s8_nm
#define TC_PIXEL tc_nm_pixel
#include "tinyc/dense_sparse_body.h"

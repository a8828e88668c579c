#include "tinyc/nm_pixel.h"

/* Computes:  as tc_dense_s8_ref; of every m inputs n are multiplied.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: equal to tc_dense_s8_ref.
 */
#define TC_FUNCTION tc_dense_nm_s8_ref
#define TC_PARAMS tc_dense_s8_nm
#define TC_PIXEL tc_nm_pixel
#include "tinyc/dense_sparse_body.h"

#include "tinyc/tpack_order.h"
#include "tinyc/dense_dsp.h"
#include "tinyc/tpack_blocks2_4x1.h"

/* Computes:  as tc_dense_s8_ref, one row at a time. Products of blocks of four channels x two inputs that are all zero
 *            are left out.
 * Needs:     DSP.
 * Scratch:   8 * ceil(in_features / 4) bytes: one row as int16.
 * Exactness: equal to tc_dense_s8_ref while the sums of odd channels stay below 2^23.
 * Measured:  Cortex-M4, tinyc profile, model cycles per MAC of all weights, of which 1/2, 1/4, 1/9 are not zero, 640
 *            to 128: 0.87, 0.47, 0.24; tc_dense_s8_dsp: 1.26.
 */
#define TC_FUNCTION tc_dense_blocks2_s8_dsp
#define TC_ONE_PIXEL tc_blocks2_one_pixel
#define TC_PUT_COLUMN tc_put1_neighbours
#include "tinyc/dense_blocks_body.h"

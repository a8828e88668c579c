#include "tinyc/conv_gather.h"
#include "tinyc/sparse_pixel.h"

/* Computes:  as tc_conv2d_s8_ref for one group; zero weights are left out.
 * Needs:     nothing.
 * Scratch:   the inputs of one window.
 * Exactness: equal to tc_conv2d_s8_ref.
 * Measured:  tinyc profile, 3x3, 32 to 32 channels at 8x8, per MAC of all weights, of which 1/4, 1/10 are not zero:
 *            Cortex-M3, model cycles, 3.22, 1.44 (tc_conv2d_s8_scalar: 3.00); Cortex-M0, instructions, 3.58, 1.95 (3.39).
 */
#define TC_FUNCTION tc_conv2d_sparse_s8_ref
#define TC_PARAMS tc_conv2d_s8_sparse
#define TC_PIXEL tc_sparse_pixel
#include "tinyc/conv_sparse_body.h"

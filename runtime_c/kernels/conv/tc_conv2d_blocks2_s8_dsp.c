#include "tinyc/tpack_order.h"
#include "tinyc/tpack_blocks2_4x2.h"

#define TC_PUT_WORD tc_put_neighbours
#define TC_FILL_STRIP tc_fill_strip_neighbours
#include "tinyc/conv_strips.h"

/* Computes:  as tc_conv2d_s8_ref for one group, strip by strip as tc_conv2d_s8_dsp; products of blocks of four channels
 *            x two inputs that are all zero are left out.
 * Needs:     DSP.
 * Scratch:   two records, two pixels of outputs, the strip: scratch_bytes in conv2d_dsp.py.
 * Exactness: equal to tc_conv2d_s8_ref while the sums of odd channels stay below 2^23.
 * Measured:  Cortex-M4, tinyc profile, model cycles per MAC of all weights, of which 1/2, 1/4, 1/9 are not zero
 *            (tc_conv2d_s8_dsp): 3x3, 32 to 32 channels at 16x16 0.66, 0.36, 0.21 (1.03); 64 to 64 at 8x8 0.63, 0.34,
 *            0.19 (1.01).
 */
#define TC_FUNCTION tc_conv2d_blocks2_s8_dsp
#define TC_PIXELS tc_blocks2_pixels
#define TC_FILL TC_FILL_STRIP
#define TC_ADVANCE(f, quads) (2 * (f)->lag)
#include "tinyc/conv_strips_body.h"

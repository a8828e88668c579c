#include "tinyc/tpack_order.h"
#include "tinyc/tpack_blocks4_4x2.h"

#define TC_PUT_WORD tc_put_evens
#define TC_FILL_STRIP tc_fill_strip
#include "tinyc/conv_strips.h"

/* Computes:  as tc_conv2d_s8_ref for one group, strip by strip as tc_conv2d_s8_dsp; products of blocks of four channels
 *            x four inputs that are all zero are left out.
 * Needs:     DSP.
 * Scratch:   two records, two pixels of outputs, the strip: scratch_bytes in conv2d_dsp.py.
 * Exactness: equal to tc_conv2d_s8_ref while the sums of odd channels stay below 2^23.
 * Measured:  Cortex-M4, tinyc profile, model cycles per MAC of all weights, of which 1/2, 1/4, 1/9 are not zero
 *            (tc_conv2d_s8_dsp): 3x3, 32 to 32 channels at 16x16 0.61, 0.32, 0.19 (1.03); 64 to 64 at 8x8 0.58, 0.31,
 *            0.18 (1.01).
 */
#define TC_FUNCTION tc_conv2d_blocks4_s8_dsp
#define TC_PIXELS tc_blocks4_pixels
#define TC_FILL TC_FILL_STRIP
#define TC_ADVANCE(f, quads) (2 * (f)->lag)
#include "tinyc/conv_strips_body.h"

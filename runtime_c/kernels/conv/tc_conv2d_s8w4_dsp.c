#include "tinyc/conv_gather.h"
#include "tinyc/conv_qpack.h"
#include "tinyc/qpack4_4x2.h"

/* Computes:  as tc_conv2d_s8w4_ref for one group; two pixels at a time, their windows laid out as columns; weights of
 *            4 bits are unpacked in registers.
 * Needs:     DSP.
 * Scratch:   24 * ceil(inputs / 4) bytes, inputs = kernel_height * kernel_width * in_channels: the columns as int16,
 *            then the inputs of two windows, or one pixel of zero points.
 * Exactness: equal to tc_conv2d_s8w4_ref while the shifted sums of qpack.h fit int32.
 * Measured:  Cortex-M4, tinyc profile, 3x3, 64 to 64 channels at 8x8: 0.94 instructions and 1.03 model cycles per MAC.
 */
#define TC_FUNCTION tc_conv2d_s8w4_dsp
#define TC_TWO_PIXELS tc_qpack4_two_pixels
#include "tinyc/conv_qpack_body.h"

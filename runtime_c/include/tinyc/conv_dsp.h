/* Convolution on cores with SMLAD: parameters and functions. Tensors lie channels-last. */
#ifndef TINYC_CONV_DSP_H
#define TINYC_CONV_DSP_H

#include "tinyc/conv.h"

/* Layouts: tpack.h; inputs are [kernel_height][kernel_width][in_channels]. */
typedef struct {
    tc_conv2d_shape shape; /* groups is 1 */
    const int32_t *weights;
    const int32_t *constants;
    int32_t in_zero_point; /* what padding holds */
    int32_t low;           /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv2d_s8_tpack;

/* Depthwise 3x3. Weights and constants lie by groups of four channels c and, for weights, of two taps t:
 * bytes c0t0 c1t0 c0t1 c1t1, then c2t0 c3t0 c2t1 c3t1; the tenth tap is zero. Constants: four sums to start from,
 * then multiplier, offset and shift of four channels. The last group ends at the last channel.
 */
typedef struct {
    tc_conv2d_shape shape; /* in_channels, out_channels and groups are equal, at least four */
    const int32_t *weights;
    const int32_t *constants;
    int32_t in_zero_point; /* what padding holds */
    int32_t low;           /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv2d_s8_dw3x3;

void tc_conv2d_dw3x3_s8_dsp(const tc_conv2d_s8_dw3x3 *p, const int8_t *restrict x, int8_t *restrict y, void *scratch);
void tc_conv2d_s8_dsp(const tc_conv2d_s8_tpack *p, const int8_t *restrict x, int8_t *restrict y, void *scratch);

#endif

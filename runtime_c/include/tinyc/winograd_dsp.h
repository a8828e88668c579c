/* 3x3 convolution by Winograd's F(4x4, 3x3) on cores with SMLAD: parameters and function. Tensors lie channels-last. */
#ifndef TINYC_WINOGRAD_DSP_H
#define TINYC_WINOGRAD_DSP_H

#include "tinyc/kernel.h"

/* weights:   transformed, [out_channels / 4][36 positions][in_channels / 4][inputs 0 2, inputs 1 3][4 channels], words
 *            of two int16; zeros where output channels end
 * constants: [out_channels][4]: 36 * bias, multiplier, offset and shift of 64 times the sum
 */
typedef struct {
    int32_t batch;
    int32_t in_height;
    int32_t in_width;
    int32_t in_channels; /* a multiple of four */
    int32_t out_height;
    int32_t out_width;
    int32_t out_channels;
    int32_t pad_top;
    int32_t pad_left;
    const int32_t *weights;
    const int32_t *constants;
    int32_t in_zero_point; /* what padding holds */
    int32_t low;           /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv2d_s8_winograd;

void tc_conv2d_winograd_s8_dsp(const tc_conv2d_s8_winograd *p, const int8_t *restrict x, int8_t *restrict y,
                               void *scratch);

#endif

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

void tc_conv2d_s8_dsp(const tc_conv2d_s8_tpack *p, const int8_t *restrict x, int8_t *restrict y, void *scratch);

#endif

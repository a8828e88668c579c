/* Convolution on cores with SMLAD, two windows at a time: parameters and function. Tensors lie channels-last. */
#ifndef TINYC_CONV_PAIRS_DSP_H
#define TINYC_CONV_PAIRS_DSP_H

#include "tinyc/conv.h"

typedef struct {
    tc_conv2d_shape shape;    /* one group; in_channels a multiple of four */
    const int32_t *weights;   /* tpack.h: inputs are [kernel_height][kernel_width][in_channels] */
    const int32_t *constants;
    int32_t shared_shift;     /* whether all channels have the same shift: tpack_4x2.h */
    int32_t in_zero_point;    /* what padding holds */
    int32_t low;              /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv2d_pairs_s8;

void tc_conv2d_pairs_s8_dsp(const tc_conv2d_pairs_s8 *restrict p, const int8_t *x, int8_t *y, void *scratch);

#endif

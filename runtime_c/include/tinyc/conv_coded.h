/* Convolution with coded weights: parameters and functions. Tensors lie channels-last. */
#ifndef TINYC_CONV_CODED_H
#define TINYC_CONV_CODED_H

#include "tinyc/coded.h"
#include "tinyc/conv_dsp.h"

/* Blocks: of each output channel, its weights [kernel_height][kernel_width][in_channels / groups]. */
typedef struct {
    tc_conv2d_shape shape;
    int32_t copied; /* depthwise, one image: each channel's inputs are copied first, so that y may lie over x */
    tc_coded weights;
    int32_t in_zero_point;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv2d_s8_coded;

void tc_conv2d_s8_coded_ref(const tc_conv2d_s8_coded *p, const int8_t *x, int8_t *y, void *scratch);
void tc_conv2d_s16_coded_ref(const tc_conv2d_s8_coded *p, const int16_t *x, int16_t *y, void *scratch);

#endif

/* Depthwise 3x3 and 1x1 convolution in one on cores with SMLAD: parameters and functions. Tensors lie channels-last. */
#ifndef TINYC_DEPTHWISE_POINTWISE_DSP_H
#define TINYC_DEPTHWISE_POINTWISE_DSP_H

#include "tinyc/depthwise_dsp.h"

/* The depthwise part's bounds are those of int8; its bands have an even number of rows, unless they are the last. */
typedef struct {
    tc_conv2d_s8_depthwise depthwise;
    const int32_t *stream; /* weights, bias and requantisation of the 1x1 part: tpack_stream_4x2.h */
    int32_t offset;        /* of all channels, 0 where each has its own shift */
    int32_t out_channels;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_depthwise_pointwise_s8;

void tc_depthwise_pointwise_s8_dsp(const tc_depthwise_pointwise_s8 *restrict p, const int8_t *x, int8_t *y,
                                   void *scratch);

#endif

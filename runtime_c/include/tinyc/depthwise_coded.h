/* Depthwise convolution with coded weights on cores with SMLAD: parameters and functions. Tensors lie channels-last. */
#ifndef TINYC_DEPTHWISE_CODED_H
#define TINYC_DEPTHWISE_CODED_H

#include "tinyc/coded.h"
#include "tinyc/depthwise_dsp.h"

/* Blocks of four output channels, the last one of what is left: [channels][kernel_height][kernel_width]. */
typedef struct {
    tc_conv2d_shape shape; /* groups is in_channels, out_channels a multiple of it; dilations are 1 */
    tc_coded weights;
    int32_t in_zero_point; /* what padding holds */
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
    int32_t band_rows;    /* rows of outputs made from one filling of the planes */
    int32_t plane_words;  /* from one plane to the next */
    int32_t least_scaled; /* shifts beyond 32 from here to 8 are made to 8 by scaling the weights */
} tc_conv2d_s8_coded_depthwise;

void tc_conv2d_dw3x3_s8_coded_dsp(const tc_conv2d_s8_coded_depthwise *p, const int8_t *x, int8_t *y, void *scratch);

/* Sum to start from, multiplier, offset, shift and scaling of a channel, whose taps have this sum; see depthwise_dsp.h. */
static inline void tc_depthwise_constants(const tc_conv2d_s8_coded_depthwise *p, const tc_coded_channel *channel,
                                          int32_t sum, int32_t constants[TC_DEPTHWISE_CONSTANTS])
{
    const int32_t k = channel->shift - 32;
    const int32_t scaling = ((k >= p->least_scaled) && (k <= 8)) ? (8 - k) : 0;
    const int32_t shift = tc_clamp_i32(k + scaling, 1, 22);
    const uint32_t bias = (uint32_t)channel->bias - (uint32_t)(sum * p->in_zero_point);
    constants[0] = (int32_t)(bias << scaling);
    constants[1] = channel->multiplier;
    constants[2] = (p->out_zero_point * ((int32_t)1 << shift)) + ((int32_t)1 << (shift - 1));
    constants[3] = shift;
    constants[4] = scaling;
}

#endif

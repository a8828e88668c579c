/* Depthwise convolution on cores with SMLAD: parameters and functions. Tensors lie channels-last. */
#ifndef TINYC_DEPTHWISE_DSP_H
#define TINYC_DEPTHWISE_DSP_H

#include "tinyc/conv.h"

#define TC_DEPTHWISE_CONSTANTS 5

/* constants: [out_channels][5]: sum to start from, multiplier, offset, shift and e; the sum and all weights of the
 * channel are to be scaled by 2^e, so that many channels share a shift of 8.
 */
typedef struct {
    tc_conv2d_shape shape;  /* groups is in_channels, out_channels a multiple of it; dilations are 1 */
    const int32_t *weights; /* [out_channels][3]: see depthwise_3x3.h; w4, w2: see packed_taps.h */
    const int32_t *constants;
    int32_t in_zero_point; /* what padding holds */
    int32_t low;           /* saturation bounds, narrowed by the fused activation */
    int32_t high;
    int32_t band_rows; /* rows of outputs made from one filling of the planes */
    int32_t plane_words; /* from one plane to the next */
} tc_conv2d_s8_depthwise;

/* Any kernel. */
typedef struct {
    tc_conv2d_shape shape;    /* as above */
    const int8_t *weights;    /* [out_channels][kernel_height][kernel_width] */
    const int32_t *constants; /* [out_channels][4]: sum to start from, multiplier, offset, shift */
    int32_t in_zero_point;    /* what padding holds */
    int32_t low;              /* saturation bounds, narrowed by the fused activation */
    int32_t high;
    int32_t band_rows; /* rows of outputs made from one filling of the planes */
} tc_conv2d_s8_depthwise_any;

void tc_conv2d_dw_s8_dsp(const tc_conv2d_s8_depthwise_any *restrict p, const int8_t *x, int8_t *y,
                         void *scratch);
void tc_conv2d_dw3x3_s8_dsp(const tc_conv2d_s8_depthwise *restrict p, const int8_t *x, int8_t *y,
                            void *scratch);
void tc_conv2d_dw3x3_rows_s8_dsp(const tc_conv2d_s8_depthwise *restrict p, const int8_t *x, int8_t *y);
void tc_conv2d_dw3x3_s8w4_dsp(const tc_conv2d_s8_depthwise *restrict p, const int8_t *x, int8_t *y,
                              void *scratch);
void tc_conv2d_dw3x3_s8w2_dsp(const tc_conv2d_s8_depthwise *restrict p, const int8_t *x, int8_t *y,
                              void *scratch);

#endif

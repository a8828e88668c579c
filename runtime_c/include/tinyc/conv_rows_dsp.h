/* First layers of three channels on cores with SMLAD: parameters and function. Tensors lie channels-last;
 * the planar function reads planes. */
#ifndef TINYC_CONV_ROWS_DSP_H
#define TINYC_CONV_ROWS_DSP_H

#include "tinyc/conv.h"

typedef struct {
    tc_conv2d_shape shape; /* 3x3 on 3 channels, two columns apart; outputs: whole quads of channels, even width */
    const int32_t *stream; /* tpack_rows_4x2.h */
    int32_t offset;        /* of all channels */
    int32_t in_zero_point; /* what padding holds */
    int32_t low;           /* saturation bounds, narrowed by the fused activation */
    int32_t high;
    int32_t band_rows; /* rows of outputs made from one filling of the scratch */
} tc_conv2d_s8_rows;

void tc_conv2d_rows_s8_dsp(const tc_conv2d_s8_rows *restrict p, const int8_t *x, int8_t *y, void *scratch);
void tc_conv2d_rows_planar_s8_dsp(const tc_conv2d_s8_rows *restrict p, const int8_t *x, int8_t *y, void *scratch);

#endif

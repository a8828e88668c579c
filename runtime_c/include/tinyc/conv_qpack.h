/* Convolution with packed weights on cores with SMLAD: parameters and functions. Tensors lie channels-last. */
#ifndef TINYC_CONV_QPACK_H
#define TINYC_CONV_QPACK_H

#include "tinyc/conv_dsp.h"

/* Strips as of 8 bits; their weights are a stream (qpack_4x2.h), constants are in it. */
typedef struct {
    tc_conv2d_s8_tpack strips;
    int32_t offset; /* of all channels, 0 where each has its own shift */
} tc_conv2d_s8_qpack;

void tc_conv2d_s8w4_dsp(const tc_conv2d_s8_qpack *p, const int8_t *x, int8_t *y, void *scratch);
void tc_conv2d_s8w2_dsp(const tc_conv2d_s8_qpack *p, const int8_t *x, int8_t *y, void *scratch);

#endif

/* Fully connected layers and 1x1 convolutions with packed weights on cores with SMLAD: parameters and functions. */
#ifndef TINYC_DENSE_QPACK_H
#define TINYC_DENSE_QPACK_H

#include "tinyc/kernel.h"

/* Layout: qpack.h. The input's zero point is part of the weights' starting sums. */
typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    const int32_t *weights;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_dense_s8_qpack;

/* Layout of the stream: qpack_4x2.h. */
typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    int32_t tile_rows;     /* rows that are expanded together, even */
    const int32_t *stream; /* weights, bias and requantisation */
    int32_t offset;        /* of all channels, 0 where each has its own shift */
    int32_t low;           /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_dense_rows_s8_qpack;

void tc_dense_s8w4_dsp(const tc_dense_s8_qpack *p, const int8_t *restrict x, int8_t *restrict y, void *scratch);
void tc_dense_s8w2_dsp(const tc_dense_s8_qpack *p, const int8_t *restrict x, int8_t *restrict y, void *scratch);
void tc_dense_rows_s8w4_dsp(const tc_dense_rows_s8_qpack *p, const int8_t *x, int8_t *y, void *scratch);
void tc_dense_rows_s8w2_dsp(const tc_dense_rows_s8_qpack *p, const int8_t *x, int8_t *y, void *scratch);

#endif

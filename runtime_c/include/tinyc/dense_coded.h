/* Fully connected layers and 1x1 convolutions with coded weights: parameters and functions. */
#ifndef TINYC_DENSE_CODED_H
#define TINYC_DENSE_CODED_H

#include "tinyc/coded.h"
#include "tinyc/dense_dsp.h"

/* Blocks: of each channel, its weights. */
typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    int32_t at_once; /* weights that are decoded together; less than in_features only for one row */
    int32_t strip_rows; /* that one decoding serves; if less than all, they are copied, so that y may lie over x */
    tc_coded weights;
    int32_t in_zero_point;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_dense_s8_coded;

void tc_dense_s8_coded_ref(const tc_dense_s8_coded *p, const int8_t *x, int8_t *y, void *scratch);
void tc_dense_s16_coded_ref(const tc_dense_s8_coded *p, const int16_t *x, int16_t *y, void *scratch);

#endif

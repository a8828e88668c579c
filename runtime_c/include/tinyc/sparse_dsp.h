/* Weighted sums whose zero weights are left out, for cores with SMLAD: parameters and functions. */
#ifndef TINYC_SPARSE_DSP_H
#define TINYC_SPARSE_DSP_H

#include "tinyc/conv.h"

/* Lists of sparse.h; eight pixels at a time. */
typedef struct {
    tc_conv2d_shape shape; /* one group */
    const int8_t *list;    /* one byte follows the last entry */
    const uint16_t *counts;
    const int32_t *constants; /* [channels][4]: sum to start from, multiplier, offset, shift: requant_dsp.h */
    int32_t in_zero_point;    /* what padding holds */
    int32_t low;              /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv2d_s8_sparse_dsp;

void tc_conv2d_sparse_s8_dsp(const tc_conv2d_s8_sparse_dsp *restrict p, const int8_t *x, int8_t *y, void *scratch);

#endif

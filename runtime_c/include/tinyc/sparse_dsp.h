/* Weighted sums whose zero weights are left out, for cores with SMLAL in one cycle: parameters and functions. */
#ifndef TINYC_SPARSE_DSP_H
#define TINYC_SPARSE_DSP_H

#include "tinyc/conv_dsp.h"

/* Lists of sparse.h; eight pixels at a time. Windows slide along one axis, strip by strip: of each position along that a
 * strip's windows read, it holds a word for each [across taps][in_channels], with what lies half a strip behind it
 * (sparse_8.h). Positions go by their remainder of along.stride, then in order.
 */
typedef struct {
    tc_conv_axis across;
    tc_conv_axis along;
    int32_t batch;
    int32_t in_bytes; /* of one image */
    int32_t out_bytes;
    int32_t in_channels;
    int32_t out_channels;
    int32_t tile;  /* outputs of one strip, a multiple of 8 */
    int32_t pitch; /* words of one input */
    const int8_t *list;       /* one byte follows the last entry; distances are words of a strip */
    const uint16_t *counts;   /* entries of each channel, at least 1 */
    const int32_t *constants; /* [channels][5]: sparse_8.h */
    int32_t in_zero_point;    /* what padding holds */
    int32_t low;              /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv2d_s8_sparse_dsp;

void tc_conv2d_sparse_s8_dsp(const tc_conv2d_s8_sparse_dsp *restrict p, const int8_t *x, int8_t *y, void *scratch);

#endif

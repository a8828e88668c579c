/* Convolution on cores with SMLAD: parameters and functions. Tensors lie channels-last. */
#ifndef TINYC_CONV_DSP_H
#define TINYC_CONV_DSP_H

#include "tinyc/conv.h"

/* One axis of a convolution. Steps are bytes from one position to the next. */
typedef struct {
    int32_t in_length;
    int32_t out_length;
    int32_t taps;
    int32_t stride;
    int32_t dilation;
    int32_t pad;
    int32_t in_step;
    int32_t out_step;
} tc_conv_axis;

/* Windows slide along one axis; at each position of the other, `across`, a strip of the input is expanded: a record of
 * across.taps * in_channels inputs for each position along. Inputs are [along taps][across taps][in_channels].
 * Records that are no multiples of four inputs are not made: windows are expanded one by one, along the width. Inputs
 * are [across taps][whole words of a row], then [across taps][rest of a row]. Layouts: tpack.h.
 */
typedef struct {
    tc_conv_axis across;
    tc_conv_axis along;
    int32_t batch;
    int32_t in_bytes; /* of one image */
    int32_t out_bytes;
    int32_t in_channels;
    int32_t out_channels;
    int32_t tile;       /* outputs of one strip, even; 2 if along.dilation is not 1 */
    int32_t contiguous; /* records lie in the input as they are */
    int32_t by_words;   /* records are multiples of four inputs */
    const int32_t *weights;
    const int32_t *constants;
    int32_t shared_shift;  /* whether all channels have the same shift: tpack_4x2.h */
    int32_t in_zero_point; /* what padding holds */
    int32_t low;           /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv2d_s8_tpack;

void tc_conv2d_s8_dsp(const tc_conv2d_s8_tpack *restrict p, const int8_t *x, int8_t *y, void *scratch);

/* `weights` is a stream of blocks (tpack_blocks.h), by_words is 1. */
void tc_conv2d_blocks2_s8_dsp(const tc_conv2d_s8_tpack *restrict p, const int8_t *x, int8_t *y, void *scratch);
void tc_conv2d_blocks4_s8_dsp(const tc_conv2d_s8_tpack *restrict p, const int8_t *x, int8_t *y, void *scratch);

#endif

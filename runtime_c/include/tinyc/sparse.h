/* Weighted sums whose zero weights are left out: parameters and functions for every core. */
#ifndef TINYC_SPARSE_H
#define TINYC_SPARSE_H

#include "tinyc/conv.h"

/* Weights that are not zero, in lists. `sparse`: for each channel (distance, weight), distances being those from the
 * input of the entry before, the first one from input 0. `block_sparse`: for each four channels (distance, eight
 * weights [2 inputs][4 channels]), distances in twos of inputs; channels are filled up to four.
 */
typedef struct {
    const int8_t *list;        /* distances are 0 to 255, as bytes */
    const uint16_t *counts;    /* entries of each list, at least 1 */
    const int32_t *bias;       /* [channels], for x as stored: its zero point is not subtracted */
    const int32_t *multiplier; /* [channels] */
    const int8_t *shift;       /* [channels] */
    int32_t channels;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_sparse_rows;

typedef struct {
    tc_conv2d_shape shape; /* one group */
    tc_sparse_rows weights;
    int32_t in_zero_point; /* what padding holds */
} tc_conv2d_s8_sparse;

typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    tc_sparse_rows weights;
} tc_dense_s8_sparse;

void tc_conv2d_sparse_s8_ref(const tc_conv2d_s8_sparse *restrict p, const int8_t *x, int8_t *y, void *scratch);
void tc_conv2d_blocks_s8_ref(const tc_conv2d_s8_sparse *restrict p, const int8_t *x, int8_t *y, void *scratch);
void tc_dense_sparse_s8_ref(const tc_dense_s8_sparse *restrict p, const int8_t *x, int8_t *y);
void tc_dense_blocks_s8_ref(const tc_dense_s8_sparse *restrict p, const int8_t *x, int8_t *y);

#endif

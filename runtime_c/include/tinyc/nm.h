/* Weighted sums of which n of every m neighbouring inputs count: parameters and functions.
 *
 * A stream holds the weights of one channel after the other, in units of four: places, then four weights. A place is the
 * number of an input within its group of m inputs, in 2 bits (m = 4) or 4 (m = 8), the first one lowest: 1 or 2 bytes.
 * Weights of a group lie side by side; n is 1 or 2, for m = 8 also 4, so that a unit holds whole groups. What fills up
 * the last unit has place 0 and weight 0.
 */
#ifndef TINYC_NM_H
#define TINYC_NM_H

#include "tinyc/conv.h"

typedef struct {
    const int8_t *stream;
    const int32_t *bias;       /* [channels], for x as stored: its zero point is not subtracted */
    const int32_t *multiplier; /* [channels] */
    const int8_t *shift;       /* [channels] */
    int32_t channels;
    int32_t groups; /* of a channel */
    int32_t n;
    int32_t m;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_nm_rows;

typedef struct {
    tc_conv2d_shape shape; /* one group */
    tc_nm_rows weights;
    int32_t in_zero_point; /* what padding holds */
} tc_conv2d_s8_nm;

typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    tc_nm_rows weights;
} tc_dense_s8_nm;

/* For four pixels at a time. */
typedef struct {
    tc_conv2d_shape shape;    /* one group */
    const int8_t *stream;     /* weights between -127 and 127 */
    const int32_t *constants; /* [channels][4]: bias, multiplier, offset and k of requant_scalar.h */
    int32_t units;            /* of a channel */
    int32_t n;
    int32_t m;
    int32_t in_zero_point;    /* what padding holds */
    int32_t low;              /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv2d_s8_nm_four;

void tc_conv2d_nm_s8_ref(const tc_conv2d_s8_nm *restrict p, const int8_t *x, int8_t *y, void *scratch);
void tc_conv2d_nm_s8_scalar(const tc_conv2d_s8_nm_four *restrict p, const int8_t *x, int8_t *y, void *scratch);
void tc_dense_nm_s8_ref(const tc_dense_s8_nm *restrict p, const int8_t *x, int8_t *y);

#endif

/* Weighted layers on cores with MVE: parameters and functions. Images lie channels-last. */
#ifndef TINYC_MVE_H
#define TINYC_MVE_H

#include "tinyc/conv.h"

/* Layouts: mve_rows.h. */
typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    const int8_t *weights;
    const int32_t *constants;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_dense_s8_mve_params;

typedef struct {
    tc_conv2d_shape shape;
    const int8_t *weights; /* layouts: mve_rows.h; inputs are [kernel_width][kernel_height][in_channels] */
    const int32_t *constants;
    int32_t in_zero_point; /* what padding holds */
    int32_t low;
    int32_t high;
    int32_t tile; /* outputs of a row whose columns are gathered together; 1 if windows are dilated */
} tc_conv2d_s8_mve_params;

/* Depthwise 3x3, channels by 16. */
typedef struct {
    tc_conv2d_shape shape;
    const int8_t *weights;    /* [channels / 16][9][16], zeros fill up the channels */
    const int32_t *constants; /* [channels / 16][4][16]: as in mve_rows.h, channels 0 4 8 12, 2 .., 1 .., 3 .. */
    int32_t in_zero_point;    /* what padding holds */
    int32_t low;
    int32_t high;
} tc_depthwise_s8_mve_params;

/* Depthwise 3x3, line by line. */
typedef struct {
    tc_conv2d_shape shape;
    int32_t is_down;          /* 1: lines are columns */
    const int8_t *weights;    /* [channels][3 along][3 across] */
    const int32_t *constants; /* [channels][4]: start, multiplier, zero point, minus shift */
    int32_t in_zero_point;    /* what padding holds */
    int32_t low;
    int32_t high;
} tc_depthwise_lines_s8_mve_params;

void tc_dense_s8_mve(const tc_dense_s8_mve_params *p, const int8_t *restrict x, int8_t *restrict y);
void tc_conv2d_s8_mve(const tc_conv2d_s8_mve_params *restrict p, const int8_t *x, int8_t *y, void *scratch);
void tc_conv2d_dw3x3_s8_mve(const tc_depthwise_s8_mve_params *restrict p, const int8_t *x, int8_t *y,
                            void *scratch);
void tc_conv2d_dw3x3_lines_s8_mve(const tc_depthwise_lines_s8_mve_params *restrict p, const int8_t *x,
                                  int8_t *y, void *scratch);

#endif

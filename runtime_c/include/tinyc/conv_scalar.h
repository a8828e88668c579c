/* Convolution on cores without SMLAD: parameters and functions. Tensors lie channels-last. */
#ifndef TINYC_CONV_SCALAR_H
#define TINYC_CONV_SCALAR_H

#include "tinyc/conv.h"

/* Layouts: pairs.h; inputs are [kernel_height][kernel_width][in_channels], filled up with zeros to a multiple of 4. */
typedef struct {
    tc_conv2d_shape shape; /* groups is 1 */
    const int32_t *weights;
    const int32_t *constants;
    int32_t in_zero_point; /* what padding holds */
    int32_t low;           /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv2d_s8_pairs;

/* Depthwise 3x3. */
typedef struct {
    tc_conv2d_shape shape; /* in_channels, out_channels and groups are equal */
    const int32_t *stream; /* depthwise_scalar.h */
    int32_t line_bytes;    /* of a row of input with its borders */
    int32_t in_zero_point; /* what padding holds */
    int32_t low;           /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv2d_s8_dw3x3_scalar;

void tc_conv2d_s8_scalar(const tc_conv2d_s8_pairs *restrict p, const int8_t *x, int8_t *y, void *scratch);
void tc_conv2d_dw3x3_s8_scalar(const tc_conv2d_s8_dw3x3_scalar *restrict p, const int8_t *x, int8_t *y,
                               void *scratch);

#endif

/* Convolution on cores with float32 in hardware: parameters and functions. Tensors lie channels-last. */
#ifndef TINYC_CONV_FPU_H
#define TINYC_CONV_FPU_H

#include "tinyc/conv.h"

/* Layouts: block_f32.h; inputs are [kernel_height][kernel_width][in_channels]. */
typedef struct {
    tc_conv2d_shape shape; /* groups is 1 */
    const float *weights;
    const float *bias; /* [out_channels], zeros to a multiple of 4 */
    float low;         /* bounds of the fused activation */
    float high;
} tc_conv2d_f32_block;

/* Depthwise 3x3. */
typedef struct {
    tc_conv2d_shape shape; /* in_channels, out_channels and groups are equal */
    const float *stream;   /* of each channel: bias, then [3][3] weights */
    int32_t line_floats;   /* of a row of input with its borders */
    float low;             /* bounds of the fused activation */
    float high;
} tc_conv2d_f32_dw3x3;

void tc_conv2d_f32_fpu(const tc_conv2d_f32_block *restrict p, const float *x, float *y, void *scratch);
void tc_conv2d_dw3x3_f32_fpu(const tc_conv2d_f32_dw3x3 *restrict p, const float *x, float *y, void *scratch);

#endif

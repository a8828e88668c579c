/* Averages of whole images: parameters and functions. Tensors lie channels-last. */
#ifndef TINYC_POOL_DSP_H
#define TINYC_POOL_DSP_H

#include "tinyc/kernel.h"

/* Whole images: one output for each channel. */
typedef struct {
    int32_t batch;
    int32_t pixels;     /* of one image */
    int32_t channels;   /* at least four */
    int32_t multiplier; /* scale_x / (scale_y * pixels) */
    int32_t shift;
    int32_t start; /* - in_zero_point * pixels */
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_global_average_s8;

void tc_global_average_s8_scalar(const tc_global_average_s8 *restrict p, const int8_t *x, int8_t *y);
void tc_global_average_s8_dsp(const tc_global_average_s8 *restrict p, const int8_t *x, int8_t *y);

#endif

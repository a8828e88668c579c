/* Pooling over whole images of which some rows come at a time: parameters and functions. Pixels lie channels-last. */
#ifndef TINYC_POOL_PARTS_H
#define TINYC_POOL_PARTS_H

#include "tinyc/kernel.h"

/* What one call is given of the image. */
typedef struct {
    int32_t pixels;
    int32_t channels;
    int32_t is_first; /* 1: nothing came before */
    int32_t is_last;  /* 1: the output is written */
} tc_pool_part;

typedef struct {
    tc_pool_part part;
    int32_t multiplier; /* scale_x / (scale_y * pixels of the image) */
    int32_t shift;
    int32_t start; /* - in_zero_point * pixels of the image */
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_average_parts_s8;

typedef struct {
    tc_pool_part part;
    float count; /* pixels of the image */
    float low;   /* bounds of the fused activation */
    float high;
} tc_average_parts_f32;

void tc_average_parts_s8_ref(const tc_average_parts_s8 *restrict p, const int8_t *restrict x, int8_t *restrict y,
                             void *restrict scratch);
void tc_average_parts_s8_dsp(const tc_average_parts_s8 *restrict p, const int8_t *restrict x, int8_t *restrict y,
                             void *restrict scratch);
void tc_average_parts_f32_ref(const tc_average_parts_f32 *restrict p, const float *restrict x, float *restrict y,
                              void *restrict scratch);
void tc_max_parts_s8_ref(const tc_pool_part *restrict p, const int8_t *restrict x, int8_t *restrict y,
                         void *restrict scratch);
void tc_max_parts_s8_dsp(const tc_pool_part *restrict p, const int8_t *restrict x, int8_t *restrict y,
                         void *restrict scratch);

#endif

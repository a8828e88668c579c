/* Softmax: elements in memory order are [outer][count][inner]; each run over `count` is one distribution. */
#ifndef TINYC_SOFTMAX_H
#define TINYC_SOFTMAX_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t outer;
    int32_t count;
    int32_t inner;
} tc_softmax_f32;

typedef struct {
    int32_t outer;
    int32_t count;
    int32_t inner;
    const uint32_t *exponentials; /* [256]: round(2^30 * e^(-scale * distance)) by distance below the greatest */
    uint32_t multiplier;          /* 1 / scale_y = multiplier / 2^shift */
    int32_t shift;
    int32_t out_zero_point;
} tc_softmax_s8;

void tc_softmax_f32_ref(const tc_softmax_f32 *p, const float *x, float *y);
void tc_softmax_s8_ref(const tc_softmax_s8 *p, const int8_t *x, int8_t *y);
void tc_log_softmax_f32_ref(const tc_softmax_f32 *p, const float *x, float *y);

#endif

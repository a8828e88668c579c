/* Sums of two int8 tensors of one shape: parameters for any core, functions of those without MVE. */
#ifndef TINYC_SUM_RUN_H
#define TINYC_SUM_RUN_H

#include "tinyc/kernel.h"

/* y = saturate((a * a_multiplier + b * b_multiplier + offset) >> shift); |sum| < 2^31. */
typedef struct {
    int32_t count;
    int32_t a_multiplier;
    int32_t b_multiplier; /* negative in a difference */
    int32_t offset;       /* rounding, and all zero points */
    int32_t shift;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_sum_s8_run;

/* Its multipliers come times 256. */
void tc_sum_s8_dsp(const tc_sum_s8_run *p, const int8_t *a, const int8_t *b, int8_t *y);
void tc_sum_s8_scalar(const tc_sum_s8_run *p, const int8_t *a, const int8_t *b, int8_t *y);

#endif

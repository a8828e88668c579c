/* Products of two run-time int8 matrices on cores with DSP: parameters and functions. */
#ifndef TINYC_MATMUL_DSP_H
#define TINYC_MATMUL_DSP_H

#include "tinyc/matmul.h"

/* Requantisation: requant_dsp.h. */
typedef struct {
    tc_matmul shape;
    int32_t multiplier;
    int32_t offset;
    int32_t k;
    int32_t a_zero_point;
    int32_t b_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_matmul_s8_words;

void tc_matmul_s8_dsp(const tc_matmul_s8_words *p, const int8_t *restrict a, const int8_t *restrict b,
                      int8_t *restrict y, void *scratch);

#endif

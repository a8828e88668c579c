/* Products of two int8 tensors, whose innermost axis lies together in both or repeats one element: fast kernels. */
#ifndef TINYC_PRODUCTS_H
#define TINYC_PRODUCTS_H

#include "tinyc/broadcast.h"

/* y = saturate((offset + hi32((a - a_zero_point) * (b - b_zero_point) * multiplier)) >> k); see requant_dsp.h. */
typedef struct {
    tc_broadcast shape; /* steps of the innermost axis are 0 or 1 */
    int32_t a_zero_point;
    int32_t b_zero_point;
    int32_t multiplier;
    int32_t offset;
    int32_t k;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_mul_s8_words;

void tc_mul_s8_dsp(const tc_mul_s8_words *p, const int8_t *a, const int8_t *b, int8_t *y);
void tc_mul_s8_mve(const tc_mul_s8_words *p, const int8_t *a, const int8_t *b, int8_t *y);
void tc_mul_s8_scalar(const tc_mul_s8_words *p, const int8_t *a, const int8_t *b, int8_t *y);

#endif

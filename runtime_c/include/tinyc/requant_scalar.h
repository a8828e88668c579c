/* Requantisation of requant.h for shift = 32 + k, k >= 1, with offset = zero_point * 2^k + 2^(k - 1), on cores without
 * SMMLA: the same bits, because the floor of a floor is exact. The multiplier has 31 bits and is not negative.
 */
#ifndef TINYC_REQUANT_SCALAR_H
#define TINYC_REQUANT_SCALAR_H

#include "tinyc/kernel.h"

#if defined(__ARM_ARCH) && (__ARM_ARCH == 6)

/* The upper 32 bits of acc * multiplier, from products of halves: a 64-bit product is a call there. */
static inline int32_t tc_multiply_high(int32_t acc, int32_t multiplier)
{
    const int32_t high = acc >> 16;
    const uint32_t low = (uint32_t)acc & 0xFFFFu;
    const int32_t by_high = multiplier >> 16;
    const uint32_t by_low = (uint32_t)multiplier & 0xFFFFu;
    const int32_t middle = (high * (int32_t)by_low) + (int32_t)((low * by_low) >> 16);
    const uint32_t carry = ((uint32_t)middle & 0xFFFFu) + (low * (uint32_t)by_high);
    return (high * by_high) + (middle >> 16) + (int32_t)(carry >> 16);
}

#else

static inline int32_t tc_multiply_high(int32_t acc, int32_t multiplier)
{
    return (int32_t)(((int64_t)acc * multiplier) >> 32);
}

#endif

#if defined(__ARM_ARCH) && (__ARM_ARCH >= 7) && defined(__thumb2__)

static inline int32_t tc_saturate_s8(int32_t value)
{
    __asm__("ssat %0, #8, %0" : "+r"(value));
    return value;
}

#else

static inline int32_t tc_saturate_s8(int32_t value)
{
    return tc_clamp_i32(value, -128, 127);
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

/* Products of 64 bits. A core without a long multiply takes them from products of halves; elsewhere it would be a call
 * in every step of a loop.
 */
#ifndef TINYC_WORDS_H
#define TINYC_WORDS_H

#include "tinyc/kernel.h"

/* The upper 32 bits of a * b, from four products of 16 bits; no partial sum leaves int32. */
static inline int32_t tc_high_of_halves(int32_t a, int32_t b)
{
    const int32_t a_high = a >> 16;
    const uint32_t a_low = (uint32_t)a & 0xFFFFu;
    const int32_t b_high = b >> 16;
    const uint32_t b_low = (uint32_t)b & 0xFFFFu;
    const int32_t middle = (a_high * (int32_t)b_low) + (int32_t)((a_low * b_low) >> 16);
    const int32_t carry = ((int32_t)a_low * b_high) + (int32_t)((uint32_t)middle & 0xFFFFu);
    return (a_high * b_high) + (middle >> 16) + (carry >> 16);
}

static inline uint32_t tc_multiply_low(int32_t a, int32_t b)
{
    return (uint32_t)a * (uint32_t)b;
}

#if defined(__ARM_ARCH) && (__ARM_ARCH == 6)

static inline int32_t tc_multiply_high(int32_t a, int32_t b)
{
    return tc_high_of_halves(a, b);
}

static inline int64_t tc_multiply_long(int32_t a, int32_t b)
{
    const uint64_t high = (uint32_t)tc_high_of_halves(a, b);
    return (int64_t)((high << 32) | tc_multiply_low(a, b));
}

#else

static inline int32_t tc_multiply_high(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b) >> 32);
}

static inline int64_t tc_multiply_long(int32_t a, int32_t b)
{
    return (int64_t)a * b;
}

#endif

#endif

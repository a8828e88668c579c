/* Products and quotients of 64 bits in words of 32: what would be calls of the compiler's helpers in loops. */
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

/* The same of numbers without a sign, the first below 2^31: with the sign, bit 31 of b counts -2^31. */
static inline uint32_t tc_multiply_high_unsigned(uint32_t a, uint32_t b)
{
#if defined(__ARM_ARCH) && (__ARM_ARCH == 6)
    return (uint32_t)tc_high_of_halves((int32_t)a, (int32_t)b) + (((b >> 31) != 0u) ? a : 0u);
#else
    return (uint32_t)(((uint64_t)a * b) >> 32);
#endif
}

/* The next 16 bits of a quotient: (*rest << 16) / divisor, which leaves *rest. Guessed from the upper half of the
 * divisor, the digit is at most two too large. */
static inline uint32_t tc_quotient_digit(uint32_t *rest, uint32_t divisor)
{
    const uint32_t upper = divisor >> 16;
    const uint32_t lower = divisor & 0xFFFFu;
    uint32_t digit = *rest / upper;
    uint32_t over = *rest - (digit * upper);
    while ((over <= 0xFFFFu) && ((digit > 0xFFFFu) || ((digit * lower) > (over << 16)))) {
        digit--;
        over += upper;
    }
    *rest = (*rest << 16) - (digit * divisor);
    return digit;
}

/* (dividend << 32) / divisor for dividend < divisor and divisor >= 2^31. */
static inline uint32_t tc_quotient(uint32_t dividend, uint32_t divisor)
{
    uint32_t rest = dividend;
    const uint32_t upper = tc_quotient_digit(&rest, divisor);
    return (upper << 16) | tc_quotient_digit(&rest, divisor);
}

#endif

/* THE definition of requantisation in C; tinyc/ops/fixedpoint.py is its twin in Python.
 *
 *   y = saturate(zero_point + ((acc * multiplier + 2^(shift - 1)) >> shift)),  1 <= shift <= 62
 *
 * The product has 64 bits, there is one rounding (half up), and >> is arithmetic, as all supported compilers define it.
 * The zero point and the bounds stay below 2^30; multiplier > -2^31.
 */
#ifndef TINYC_REQUANT_H
#define TINYC_REQUANT_H

#include "tinyc/words.h"

/* Word for word what the definition says. */
static inline int32_t tc_requantize_plain(int32_t acc, int32_t multiplier, int32_t shift, int32_t zero_point,
                                          int32_t low, int32_t high)
{
    const int64_t rounding = (int64_t)1 << (shift - 1);
    const int64_t scaled = (((int64_t)acc * multiplier) + rounding) >> shift;
    const int64_t value = scaled + zero_point;
    const int64_t raised = (value < low) ? low : value;
    return (int32_t)((raised > high) ? high : raised);
}

/* The same of a product in two words, |product| <= 2^62, for 1 <= shift <= 63. Beyond 32 bits the lower word has no say,
 * because the floor of a floor is exact; up to there, what leaves int32 saturates before it is made.
 */
static inline int32_t tc_requantize_product(int32_t upper, uint32_t lower, int32_t shift, int32_t zero_point,
                                            int32_t low, int32_t high)
{
    int32_t scaled;
    if (shift > 32) {
        scaled = (upper + ((int32_t)1 << (shift - 33))) >> (shift - 32);
    } else {
        const uint32_t rounding = (uint32_t)1 << (shift - 1);
        const uint32_t rounded = lower + rounding;
        const int32_t carried = upper + ((rounded < rounding) ? 1 : 0);
        if ((carried >> (shift - 1)) != (carried >> 31)) {
            return (carried < 0) ? low : high;
        }
        scaled = (int32_t)(((uint32_t)carried << (32 - shift)) | ((rounded >> 1) >> (shift - 1)));
    }
    return tc_clamp_i32(scaled, low - zero_point, high - zero_point) + zero_point;
}

/* The definition on cores of 32 bits, where 64-bit shifts and comparisons cost more than the product, or are calls. */
static inline int32_t tc_requantize_words(int32_t acc, int32_t multiplier, int32_t shift, int32_t zero_point,
                                          int32_t low, int32_t high)
{
    return tc_requantize_product(tc_multiply_high(acc, multiplier), tc_multiply_low(acc, multiplier), shift, zero_point,
                                 low, high);
}

static inline int32_t tc_requantize(int32_t acc, int32_t multiplier, int32_t shift, int32_t zero_point, int32_t low,
                                    int32_t high)
{
#if UINTPTR_MAX > UINT32_MAX
    return tc_requantize_plain(acc, multiplier, shift, zero_point, low, high);
#else
    return tc_requantize_words(acc, multiplier, shift, zero_point, low, high);
#endif
}

/* The same for sums of more than 32 bits, |acc| < 2^47, and results within int16. Beyond 32 bits the product is taken in
 * two parts; a factor of 2^14 or more (shift < 16) saturates there whatever the sum is.
 */
static inline int32_t tc_requantize_wide(int64_t acc, int32_t multiplier, int32_t shift, int32_t zero_point,
                                         int32_t low, int32_t high)
{
    if ((acc >= -INT32_MAX) && (acc <= INT32_MAX)) {
        return tc_requantize((int32_t)acc, multiplier, shift, zero_point, low, high);
    }
    if (shift < 16) {
        return tc_requantize((acc < 0) ? -INT32_MAX : INT32_MAX, multiplier, shift, zero_point, low, high);
    }
    const int64_t below = tc_multiply_long((int32_t)(acc & 0xFFFF), multiplier);
    const int64_t part = (below + ((int64_t)1 << (shift - 1))) >> 16;
    const int64_t value = ((tc_multiply_long((int32_t)(acc >> 16), multiplier) + part) >> (shift - 16)) + zero_point;
    const int64_t raised = (value < low) ? low : value;
    return (int32_t)((raised > high) ? high : raised);
}

#endif

/* THE definition of requantisation in C; tinyc/ops/fixedpoint.py is its twin in Python.
 *
 *   y = saturate(zero_point + ((acc * multiplier + 2^(shift - 1)) >> shift)),  1 <= shift <= 62
 *
 * The product has 64 bits, there is one rounding (half up), and >> is arithmetic, as all supported compilers define it.
 */
#ifndef TINYC_REQUANT_H
#define TINYC_REQUANT_H

#include "tinyc/kernel.h"

static inline int32_t tc_requantize(int32_t acc, int32_t multiplier, int32_t shift, int32_t zero_point, int32_t low,
                                    int32_t high)
{
    const int64_t rounding = (int64_t)1 << (shift - 1);
    const int64_t scaled = (((int64_t)acc * multiplier) + rounding) >> shift;
    const int64_t value = scaled + zero_point;
    const int64_t raised = (value < low) ? low : value;
    return (int32_t)((raised > high) ? high : raised);
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
    const int64_t part = (((acc & 0xFFFF) * multiplier) + ((int64_t)1 << (shift - 1))) >> 16;
    const int64_t value = ((((acc >> 16) * multiplier) + part) >> (shift - 16)) + zero_point;
    const int64_t raised = (value < low) ? low : value;
    return (int32_t)((raised > high) ? high : raised);
}

#endif

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

#endif

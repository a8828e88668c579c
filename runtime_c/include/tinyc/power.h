/* Integer powers, element by element, with broadcasting. y may be a, if that has y's shape. */
#ifndef TINYC_POWER_H
#define TINYC_POWER_H

#include <math.h>

#include "tinyc/binary.h"

/* Defines kernel NAME for bases of TYPE and exponents of EXPONENT. */
#define TC_POWER(NAME, TYPE, EXPONENT, EXPRESSION) \
    TC_KERNEL TC_BINARY_BODY(NAME, tc_binary, TYPE, EXPONENT, TYPE, EXPRESSION)

/* Modulo 2^32, by repeated squaring; a negative exponent truncates toward zero. */
static inline int32_t tc_power_i32(int32_t base, int32_t exponent)
{
    if (exponent < 0) {
        const int32_t sign = ((exponent & 1) != 0) ? base : 1;
        return ((base == 1) || (base == -1)) ? sign : 0;
    }
    uint32_t result = 1u;
    uint32_t square = (uint32_t)base;
    for (uint32_t rest = (uint32_t)exponent; rest != 0u; rest >>= 1) {
        result *= ((rest & 1u) != 0u) ? square : 1u;
        square *= square;
    }
    return (int32_t)result;
}

/* Modulo 2^64, by repeated squaring; a negative exponent truncates toward zero. */
static inline int64_t tc_power_i64(int64_t base, int64_t exponent)
{
    if (exponent < 0) {
        const int64_t sign = ((exponent & 1) != 0) ? base : 1;
        return ((base == 1) || (base == -1)) ? sign : 0;
    }
    uint64_t result = 1u;
    uint64_t square = (uint64_t)base;
    for (uint64_t rest = (uint64_t)exponent; rest != 0u; rest >>= 1) {
        result *= ((rest & 1u) != 0u) ? square : 1u;
        square *= square;
    }
    return (int64_t)result;
}

/* Toward zero, saturating; NaN gives 0. */
static inline int32_t tc_power_to_i32(double value)
{
    if (value >= 2147483648.0) {
        return INT32_MAX;
    }
    if (value <= -2147483648.0) {
        return INT32_MIN;
    }
    return (value == value) ? (int32_t)value : 0;
}

static inline int64_t tc_power_to_i64(double value)
{
    if (value >= 9223372036854775808.0) {
        return INT64_MAX;
    }
    if (value <= -9223372036854775808.0) {
        return INT64_MIN;
    }
    return (value == value) ? (int64_t)value : 0;
}

void tc_power_i32_ref(const tc_binary *p, const int32_t *a, const int32_t *b, int32_t *y);
void tc_power_i32_f32_ref(const tc_binary *p, const int32_t *a, const float *b, int32_t *y);
void tc_power_i64_ref(const tc_binary *p, const int64_t *a, const int64_t *b, int64_t *y);
void tc_power_i64_f32_ref(const tc_binary *p, const int64_t *a, const float *b, int64_t *y);

#endif

/* Functions whose float32 steps are fixed: the same bits wherever float32 follows IEEE 754 without fused operations.
 * tinyc/ops/fixed_math.py is their twin in Python. Polynomials: Moshier, Cephes (expf.c, tanhf.c).
 */
#ifndef TINYC_FIXED_MATH_H
#define TINYC_FIXED_MATH_H

#include "tinyc/quantize.h"

#include <string.h>

/* 2^n for -126 <= n <= 127 */
static inline float tc_power_of_two(int32_t n)
{
    const uint32_t bits = (uint32_t)(n + 127) << 23;
    float power;
    (void)memcpy(&power, &bits, sizeof power);
    return power;
}

static inline float tc_magnitude(float v)
{
    return (v < 0.0f) ? -v : v;
}

/* e^v for v <= 0; below -87 as at -87 */
static inline float tc_exp_of_negative(float v)
{
    const float bounded = (v < -87.0f) ? -87.0f : v;
    const int32_t n = tc_round_even(bounded * 1.44269504088896341f);
    const float steps = (float)n;
    const float rest = (bounded - (steps * 0.693359375f)) - (steps * -2.12194440e-4f);
    float p = 1.9875691500e-4f;
    p = (p * rest) + 1.3981999507e-3f;
    p = (p * rest) + 8.3334519073e-3f;
    p = (p * rest) + 4.1665795894e-2f;
    p = (p * rest) + 1.6666665459e-1f;
    p = (p * rest) + 5.0000001201e-1f;
    return (((p * (rest * rest)) + rest) + 1.0f) * tc_power_of_two(n);
}

static inline float tc_fixed_sigmoid(float v)
{
    const float small = tc_exp_of_negative(-tc_magnitude(v));
    return ((v < 0.0f) ? small : 1.0f) / (1.0f + small);
}

static inline float tc_fixed_tanh(float v)
{
    float result;
    if (tc_magnitude(v) < 0.625f) {
        const float square = v * v;
        float p = -5.70498872745e-3f;
        p = (p * square) + 2.06390887954e-2f;
        p = (p * square) - 5.37397155531e-2f;
        p = (p * square) + 1.33314422036e-1f;
        p = (p * square) - 3.33332819422e-1f;
        result = ((p * square) * v) + v;
    } else {
        const float small = tc_exp_of_negative(-2.0f * tc_magnitude(v));
        const float far = (1.0f - small) / (1.0f + small);
        result = (v < 0.0f) ? -far : far;
    }
    return result;
}

#endif

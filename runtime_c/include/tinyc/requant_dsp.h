/* Requantisation of requant.h for shift = 32 + k, k >= 1, with offset = zero_point * 2^k + 2^(k - 1): the same bits,
 * because the floor of a floor is exact. Saturates to int8; a narrower activation is a second step.
 */
#ifndef TINYC_REQUANT_DSP_H
#define TINYC_REQUANT_DSP_H

#include "tinyc/simd.h"

static inline int8_t tc_requantize_dsp(int32_t acc, int32_t multiplier, int32_t offset, int32_t k)
{
    return (int8_t)tc_ssat8(tc_smmla(acc, multiplier, offset) >> k);
}

/* The bounds of a fused activation that are narrower than int8. */
static inline void tc_narrow_s8(int8_t *y, int32_t count, int32_t low, int32_t high)
{
    if ((low > -128) || (high < 127)) {
        for (int32_t i = 0; i < count; i++) {
            y[i] = (int8_t)tc_clamp_i32(y[i], low, high);
        }
    }
}

#endif

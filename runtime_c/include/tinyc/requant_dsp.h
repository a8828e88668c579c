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

/* Four int8 at a time: as bytes from 0 to 255 they saturate at the upper bound when what is above it is added and taken
 * away again, and likewise at the lower one. */
static inline uint32_t tc_narrow4(uint32_t bytes, uint32_t below, uint32_t above)
{
    uint32_t lifted = bytes ^ 0x80808080u;
    lifted = tc_uqsub8(tc_uqadd8(lifted, above), above);
    lifted = tc_uqadd8(tc_uqsub8(lifted, below), below);
    return lifted ^ 0x80808080u;
}

/* The bounds of a fused activation that are narrower than int8. */
static inline void tc_narrow_s8(int8_t *y, int32_t count, int32_t low, int32_t high)
{
    if ((low <= -128) && (high >= 127)) {
        return;
    }
    const uint32_t below = 0x01010101u * (uint32_t)(low + 128);
    const uint32_t above = 0x01010101u * (uint32_t)(127 - high);
    const int8_t *const end = &y[count];
    for (; (end - y) >= 4; y = &y[4]) {
        const uint32_t bytes = tc_narrow4(tc_load4(y), below, above);
        (void)memcpy(y, &bytes, sizeof bytes);
    }
    for (; y != end; y++) {
        *y = (int8_t)tc_clamp_i32(*y, low, high);
    }
}

#endif

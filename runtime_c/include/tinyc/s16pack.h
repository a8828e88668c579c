/* Products of int8 weights and int16 activations, four output channels at a time, for cores with SMLAD.
 *
 * SXTB16 turns a word of weights into those of one channel for inputs k and k + 1, rotated by 8 into those of the next
 * channel; the activations lie in memory as SMLAD wants them. Sums have 32 bits and wrap; the compiler proves that the
 * last one fits.
 *
 * weights:   [channels / 4][inputs / 2][2] words; bytes c0 c1 of input k, c0 c1 of k + 1, then the same for c2 c3;
 *            zeros where channels or inputs end
 * columns:   [inputs / 2][pixel], words of inputs k and k + 1
 * constants: [channels / 4][16]: four sums to start from; then multiplier, offset, shift of each channel
 */
#ifndef TINYC_S16PACK_H
#define TINYC_S16PACK_H

#include "tinyc/simd.h"

#define TC_S16PACK_CONSTANTS 16

/* Bounds of a fused activation, beside those of int16. */
typedef struct {
    int32_t low;
    int32_t high;
} tc_s16_bounds;

static inline int32_t tc_s16pack_pairs(int32_t inputs)
{
    return (inputs + 1) / 2;
}

/* Two int16 at any address, the first lowest. */
static inline uint32_t tc_load_s16x2(const int16_t *from)
{
    uint32_t word;
    (void)memcpy(&word, from, sizeof word);
    return word;
}

/* value bounded to [-32768, 32767] */
static inline int32_t tc_ssat16(int32_t value)
{
#ifdef TC_SIMD_ARM
    __asm__("ssat %0, #16, %0" : "+r"(value));
    return value;
#else
    return tc_clamp_i32(value, INT16_MIN, INT16_MAX);
#endif
}

/* The requantisation of requant.h for shift = 32 + k and a zero point of 0, with offset = 2^(k - 1). */
static inline int32_t tc_requantize_s16_dsp(int32_t acc, const int32_t *c)
{
    return tc_ssat16(tc_smmla(acc, c[0], c[1]) >> c[2]);
}

/* The same within the bounds of an activation. */
static inline int16_t tc_bounded_s16_dsp(int32_t acc, const int32_t *c, const tc_s16_bounds *bounds)
{
    return (int16_t)tc_clamp_i32(tc_requantize_s16_dsp(acc, c), bounds->low, bounds->high);
}

/* One for a ReLU, which the blocks know; other bounds are a second step. */
static inline int32_t tc_s16_is_relu(const tc_s16_bounds *bounds)
{
    return ((bounds->low == 0) && (bounds->high == INT16_MAX)) ? 1 : 0;
}

static inline void tc_narrow_s16(int16_t *y, int32_t count, const tc_s16_bounds *bounds)
{
    const int32_t whole = (bounds->low == INT16_MIN) && (bounds->high == INT16_MAX);
    if ((whole == 0) && (tc_s16_is_relu(bounds) == 0)) {
        for (int32_t i = 0; i < count; i++) {
            y[i] = (int16_t)tc_clamp_i32(y[i], bounds->low, bounds->high);
        }
    }
}

#endif

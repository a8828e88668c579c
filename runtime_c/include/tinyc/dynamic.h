/* Dynamic quantisation: a row of float32 becomes int8 by a scale of its own. tinyc/ops/dynamic.py is its twin.
 *
 *   top = max |x[k]|, inverse = 127 / top, scale = top / 127; both 0 where top < 1e-30
 *   q[k] = round_half_even(x[k] * inverse), NaN gives 0
 */
#ifndef TINYC_DYNAMIC_H
#define TINYC_DYNAMIC_H

#include "tinyc/kernel.h"

#include <string.h>

typedef struct {
    float scale;
    float inverse;
} tc_dynamic_scale;

/* Of `count` numbers that lie `stride` apart. Magnitudes compare as their bits do; NaN lies above infinity. */
static inline tc_dynamic_scale tc_dynamic_scale_of(const float *x, int32_t count, int32_t stride)
{
    tc_dynamic_scale found = {0.0f, 0.0f};
    uint32_t most = 0;
    float top;
    for (int32_t k = 0; k < count; k++) {
        uint32_t bits;
        (void)memcpy(&bits, &x[k * stride], sizeof bits);
        bits &= 0x7FFFFFFFu;
        most = ((bits > most) && (bits <= 0x7F800000u)) ? bits : most;
    }
    (void)memcpy(&top, &most, sizeof top);
    if (top >= 1e-30f) {
        found.scale = top / 127.0f;
        found.inverse = 127.0f / top;
    }
    return found;
}

/* round_half_even(x * inverse). The sum with 1.5 * 2^23 has no fraction bits left: adding rounds. */
static inline int32_t tc_dynamic_integer(float x, tc_dynamic_scale scale)
{
    const float steps = x * scale.inverse;
    const float shifted = steps + 12582912.0f;
    uint32_t bits;
    (void)memcpy(&bits, &shifted, sizeof bits);
    return (steps == steps) ? ((int32_t)bits - 0x4B400000) : 0;
}

static inline int8_t tc_dynamic_s8(float x, tc_dynamic_scale scale)
{
    return (int8_t)tc_dynamic_integer(x, scale);
}

/* The integers of one row; returns its scale. */
static inline float tc_dynamic_row(const float *restrict x, int32_t count, int8_t *restrict q)
{
    const tc_dynamic_scale scale = tc_dynamic_scale_of(x, count, 1);
    for (int32_t k = 0; k < count; k++) {
        q[k] = tc_dynamic_s8(x[k], scale);
    }
    return scale.scale;
}

#endif

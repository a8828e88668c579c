#include "tinyc/cast.h"

static inline uint8_t truncated(float v)
{
    if (v >= 256.0f) {
        return UINT8_MAX;
    }
    if (v <= -1.0f) {
        return 0;
    }
    return (v == v) ? (uint8_t)v : 0;
}

/* Computes:  y = x toward zero, saturated; 0 where x is NaN.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_CAST(tc_cast_f32_u8_ref, float, uint8_t, truncated(v))

#include "tinyc/cast.h"

static inline int16_t truncated(float v)
{
    if (v >= 32768.0f) {
        return INT16_MAX;
    }
    if (v <= -32769.0f) {
        return INT16_MIN;
    }
    return (v == v) ? (int16_t)v : 0;
}

/* Computes:  y = x toward zero, saturated; 0 where x is NaN.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_CAST(tc_cast_f32_i16_ref, float, int16_t, truncated(v))

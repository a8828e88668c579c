#include "tinyc/cast.h"

static inline int8_t truncated(float v)
{
    if (v >= 128.0f) {
        return INT8_MAX;
    }
    if (v <= -129.0f) {
        return INT8_MIN;
    }
    return (v == v) ? (int8_t)v : 0;
}

/* Computes:  y = x toward zero, saturated; 0 where x is NaN.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_CAST(tc_cast_f32_i8_ref, float, int8_t, truncated(v))

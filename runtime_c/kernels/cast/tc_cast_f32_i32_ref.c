#include "tinyc/cast.h"

static inline int32_t truncated(float v)
{
    if (v >= 2147483648.0f) {
        return INT32_MAX;
    }
    if (v <= -2147483648.0f) {
        return INT32_MIN;
    }
    return (v == v) ? (int32_t)v : 0;
}

/* Computes:  y = x toward zero, saturated; 0 where x is NaN.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_CAST(tc_cast_f32_i32_ref, float, int32_t, truncated(v))

#include "tinyc/cast.h"

static inline int64_t truncated(float v)
{
    if (v >= 9223372036854775808.0f) {
        return INT64_MAX;
    }
    if (v <= -9223372036854775808.0f) {
        return INT64_MIN;
    }
    return (v == v) ? (int64_t)v : 0;
}

/* Computes:  y = x toward zero, saturated; 0 where x is NaN.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_CAST(tc_cast_f32_i64_ref, float, int64_t, truncated(v))

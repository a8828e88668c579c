#include "tinyc/unary.h"

static inline float sign(float v)
{
    const float not_positive = (v < 0.0f) ? -1.0f : v;
    return (v > 0.0f) ? 1.0f : not_positive;
}

/* Computes:  y = -1, 0 or 1; NaN stays NaN.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_UNARY(tc_sign_f32_ref, tc_unary, float, sign(v))

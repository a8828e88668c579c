#include "tinyc/unary.h"

static inline int16_t between(const tc_curve_s16 *restrict p, int16_t v)
{
    const int32_t place = (int32_t)v - INT16_MIN;
    const int32_t one = (int32_t)1 << p->down;
    const int32_t *knot = &p->knots[place >> p->down];
    const int32_t rise = (knot[1] - knot[0]) * (place & (one - 1));
    return (int16_t)tc_clamp_i32(knot[0] + ((rise + (one / 2)) >> p->down), INT16_MIN, INT16_MAX);
}

/* Computes:  y = saturate(knots[i] + (((knots[i + 1] - knots[i]) * rest + 2^(down - 1)) >> down)), with
 *            x + 32768 = i * 2^down + rest: any continuous function of one int16 tensor.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: the definition; numpy's meaning bit for bit.
 */
TC_UNARY(tc_curve_s16_ref, tc_curve_s16, int16_t, between(p, v))

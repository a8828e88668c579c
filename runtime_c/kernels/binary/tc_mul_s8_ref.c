#include "tinyc/binary.h"
#include "tinyc/requant.h"

static inline int8_t product(const tc_mul_s8 *restrict p, int8_t l, int8_t r)
{
    const int32_t exact = (l - p->a_zero_point) * (r - p->b_zero_point);
    return (int8_t)tc_requantize(exact, p->multiplier, p->shift, p->out_zero_point, p->low, p->high);
}

/* Computes:  y = requantize((a - a_zero_point) * (b - b_zero_point)).
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: the definition; numpy's meaning bit for bit.
 */
TC_BINARY(tc_mul_s8_ref, tc_mul_s8, int8_t, int8_t, product(p, l, r))

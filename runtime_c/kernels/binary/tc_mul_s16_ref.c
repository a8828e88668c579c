#include "tinyc/binary.h"
#include "tinyc/requant.h"

static inline int16_t product(const tc_mul_s8 *restrict p, int16_t l, int16_t r)
{
    const int64_t exact = tc_multiply_long(l - p->a_zero_point, r - p->b_zero_point);
    return (int16_t)tc_requantize_wide(exact, p->multiplier, p->shift, p->out_zero_point, p->low, p->high);
}

/* Computes:  y = requantize((a - a_zero_point) * (b - b_zero_point)).
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: the definition; numpy's meaning bit for bit. Products have 64 bits.
 */
TC_BINARY(tc_mul_s16_ref, tc_mul_s8, int16_t, int16_t, product(p, l, r))

#include "tinyc/binary.h"

static inline int8_t sum(const tc_sum_s8 *restrict p, int8_t l, int8_t r)
{
    const int32_t total = (l * p->a_multiplier) + (r * p->b_multiplier) + p->offset;
    return (int8_t)tc_clamp_i32((total >> p->shift) + p->out_zero_point, p->low, p->high);
}

/* Computes:  y = saturate(out_zero_point + ((a * a_multiplier + b * b_multiplier + offset) >> shift)).
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: the definition; numpy's meaning bit for bit. Every term stays below 2^31.
 */
TC_BINARY(tc_sum_s8_ref, tc_sum_s8, int8_t, int8_t, sum(p, l, r))

#include "tinyc/binary.h"
#include "tinyc/words.h"

static inline int16_t sum(const tc_sum_s16 *restrict p, int16_t l, int16_t r)
{
    const int64_t left = tc_multiply_long(l - p->a_zero_point, p->a_multiplier);
    const int64_t right = tc_multiply_long(r - p->b_zero_point, p->b_multiplier);
    const int64_t scaled = (left + right + ((int64_t)1 << (p->shift - 1))) >> p->shift;
    const int64_t raised = ((scaled + p->out_zero_point) < p->low) ? p->low : (scaled + p->out_zero_point);
    return (int16_t)((raised > p->high) ? p->high : raised);
}

/* Computes:  y = saturate(out_zero_point + (((a - a_zero_point) * a_multiplier + (b - b_zero_point) * b_multiplier
 *            + 2^(shift - 1)) >> shift)).
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: the definition; numpy's meaning bit for bit. Every term stays below 2^48.
 */
TC_BINARY(tc_sum_s16_ref, tc_sum_s16, int16_t, int16_t, sum(p, l, r))

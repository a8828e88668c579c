#include "tinyc/reduce.h"
#include "tinyc/requant.h"

static int32_t greater(int32_t acc, int32_t value)
{
    return tc_max_i32(acc, value);
}

/* Computes:  y[i] = requantize((greatest x - in_zero_point) of the elements behind output i).
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: the definition; numpy's meaning bit for bit.
 */
TC_KERNEL void tc_reduce_max_s16_ref(const tc_reduce_s8 *p, const int16_t *restrict x, int16_t *restrict y)
{
    const tc_reduce *s = &p->shape;
    for (int32_t i = 0; i < s->outputs; i++) {
        const int32_t acc = tc_reduce_fold_s16(s, &x[tc_reduce_start(s, i)], INT16_MIN, greater);
        y[i] = (int16_t)tc_requantize(acc - p->in_zero_point, p->multiplier, p->shift, p->out_zero_point, p->low, p->high);
    }
}

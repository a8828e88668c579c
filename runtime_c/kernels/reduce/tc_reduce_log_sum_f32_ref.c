#include <math.h>

#include "tinyc/reduce.h"

static float add(float acc, float value)
{
    return acc + value;
}

/* Computes:  y[i] = clamp(logarithm of the sum of the elements behind output i).
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32, in order of the elements.
 */
TC_KERNEL void tc_reduce_log_sum_f32_ref(const tc_reduce_f32 *p, const float *restrict x, float *restrict y)
{
    const tc_reduce *s = &p->shape;
    for (int32_t i = 0; i < s->outputs; i++) {
        const float acc = tc_reduce_fold_f32(s, &x[tc_reduce_start(s, i)], 0.0f, add);
        y[i] = tc_clamp_f32(logf(acc), p->low, p->high);
    }
}

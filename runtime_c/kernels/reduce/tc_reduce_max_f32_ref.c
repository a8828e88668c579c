#include <math.h>

#include "tinyc/reduce.h"

static float greater(float acc, float value)
{
    return ((value > acc) || (value != value)) ? value : acc;
}

/* Computes:  y[i] = clamp(greatest element behind output i).
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact; a NaN among the elements gives NaN.
 */
TC_KERNEL void tc_reduce_max_f32_ref(const tc_reduce_f32 *p, const float *restrict x, float *restrict y)
{
    const tc_reduce *s = &p->shape;
    for (int32_t i = 0; i < s->outputs; i++) {
        const float acc = tc_reduce_fold_f32(s, &x[tc_reduce_start(s, i)], -INFINITY, greater);
        y[i] = tc_clamp_f32(acc, p->low, p->high);
    }
}

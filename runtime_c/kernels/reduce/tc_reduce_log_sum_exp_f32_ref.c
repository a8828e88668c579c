#include <math.h>

#include "tinyc/reduce.h"

static float greater(float acc, float value)
{
    return (value > acc) ? value : acc;
}

/* Sum of exp(x - top); with top the greatest element nothing overflows. */
static float exp_sum(const tc_reduce *s, const float *x, float top)
{
    float sum = 0.0f;
    for (int32_t outer = 0; outer < s->outer; outer++) {
        const float *run = &x[tc_reduce_run(s, outer)];
        for (int32_t i = 0; i < s->run; i++) {
            sum += expf(run[i * s->run_stride] - top);
        }
    }
    return sum;
}

/* Computes:  y[i] = clamp(log of the sum of exp(x) over the elements behind output i).
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32, the greatest element subtracted first.
 */
TC_KERNEL void tc_reduce_log_sum_exp_f32_ref(const tc_reduce_f32 *p, const float *restrict x, float *restrict y)
{
    const tc_reduce *s = &p->shape;
    for (int32_t i = 0; i < s->outputs; i++) {
        const float *from = &x[tc_reduce_start(s, i)];
        const float greatest = tc_reduce_fold_f32(s, from, -INFINITY, greater);
        const float top = isfinite(greatest) ? greatest : 0.0f;
        y[i] = tc_clamp_f32(top + logf(exp_sum(s, from, top)), p->low, p->high);
    }
}

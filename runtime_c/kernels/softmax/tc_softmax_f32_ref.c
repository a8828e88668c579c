#include "tinyc/softmax.h"

#include <math.h>

/* One distribution; x and y point at its first element, the others follow at distances of `step`. */
static void softmax_run(int32_t count, int32_t step, const float *x, float *y)
{
    float greatest = x[0];
    for (int32_t i = 1; i < count; i++) {
        const float value = x[i * step];
        greatest = (value > greatest) ? value : greatest;
    }
    float total = 0.0f;
    for (int32_t i = 0; i < count; i++) {
        const float exponential = expf(x[i * step] - greatest);
        y[i * step] = exponential;
        total += exponential;
    }
    for (int32_t i = 0; i < count; i++) {
        y[i * step] /= total;
    }
}

/* Computes:  y = e^(x - max) / sum e^(x - max) over each run of `count`.
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: float32, sums in order.
 */
TC_KERNEL void tc_softmax_f32_ref(const tc_softmax_f32 *p, const float *x, float *y)
{
    for (int32_t outer = 0; outer < p->outer; outer++) {
        for (int32_t inner = 0; inner < p->inner; inner++) {
            softmax_run(p->count, p->inner, &x[inner], &y[inner]);
        }
        x += p->count * p->inner;
        y += p->count * p->inner;
    }
}

#include "tinyc/norm.h"

#include <math.h>

static float mean_square(int32_t count, const float *x)
{
    float sum = 0.0f;
    for (int32_t i = 0; i < count; i++) {
        sum += x[i] * x[i];
    }
    return sum / (float)count;
}

/* Computes:  y = scale * x / sqrt(mean of x^2 + epsilon) + bias over each run of `count`.
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: float32, sum in order.
 */
TC_KERNEL void tc_rms_norm_f32_ref(const tc_layer_norm_f32 *p, const float *x, float *y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        const float factor = 1.0f / sqrtf(mean_square(p->count, x) + p->epsilon);
        for (int32_t i = 0; i < p->count; i++) {
            y[i] = (x[i] * factor * tc_norm_scale(p->scale, i)) + tc_norm_bias(p->bias, i);
        }
        x += p->count;
        y += p->count;
    }
}

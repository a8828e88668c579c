#include "tinyc/norm.h"

static float mean_of(int32_t count, const float *x)
{
    float sum = 0.0f;
    for (int32_t i = 0; i < count; i++) {
        sum += x[i];
    }
    return sum / (float)count;
}

/* Mean and reciprocal standard deviation; the mean of the distances takes away what rounding did to the first mean. */
static tc_norm_moments moments_of(const tc_layer_norm_f32 *p, const float *x)
{
    const float about = mean_of(p->count, x);
    float sum = 0.0f;
    float squares = 0.0f;
    for (int32_t i = 0; i < p->count; i++) {
        const float distance = x[i] - about;
        sum += distance;
        squares += distance * distance;
    }
    return tc_norm_corrected(about, sum, squares, (float)p->count, p->epsilon);
}

/* Computes:  y = scale * (x - mean) / sqrt(variance + epsilon) + bias over each run of `count`.
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: float32; mean first, then corrected by the distances from it; sums in order.
 */
TC_KERNEL void tc_layer_norm_f32_ref(const tc_layer_norm_f32 *p, const float *x, float *y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        const tc_norm_moments m = moments_of(p, x);
        for (int32_t i = 0; i < p->count; i++) {
            const float scaled = ((x[i] - m.about) - m.rest) * m.factor * tc_norm_scale(p->scale, i);
            y[i] = scaled + tc_norm_bias(p->bias, i);
        }
        x += p->count;
        y += p->count;
    }
}

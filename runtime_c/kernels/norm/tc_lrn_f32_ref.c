#include "tinyc/norm.h"

/* Sum of squares around channel c; x points at channel 0 of a pixel. */
static float squares_around(const tc_lrn_f32 *p, int32_t c, const float *restrict x)
{
    const int32_t first = tc_max_i32(c - p->before, 0);
    const int32_t last = tc_min_i32(c + p->after, p->channels - 1);
    float sum = 0.0f;
    for (int32_t i = first; i <= last; i++) {
        sum += x[i * p->inner] * x[i * p->inner];
    }
    return sum;
}

/* Computes:  y = x / (bias + alpha * sum of x^2 over the neighbouring channels)^beta.
 * Needs:     math.h.
 * Scratch:   none.
 * Exactness: float32, sum in order of channels.
 */
TC_KERNEL void tc_lrn_f32_ref(const tc_lrn_f32 *p, const float *restrict x, float *restrict y)
{
    for (int32_t outer = 0; outer < p->outer; outer++) {
        for (int32_t c = 0; c < p->channels; c++) {
            for (int32_t inner = 0; inner < p->inner; inner++) {
                const float base = p->bias + (p->alpha * squares_around(p, c, &x[inner]));
                const int32_t place = (c * p->inner) + inner;
                y[place] = x[place] / powf(base, p->beta);
            }
        }
        x += p->channels * p->inner;
        y += p->channels * p->inner;
    }
}

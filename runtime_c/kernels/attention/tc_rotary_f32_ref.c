#include "tinyc/rotary.h"

/* One head of one position. */
static void turn(const tc_rotary_f32 *p, const float *x, const float *restrict cosine, const float *restrict sine,
                 float *y)
{
    for (int32_t i = 0; i < p->pairs; i++) {
        const int32_t first = i * p->step;
        const float a = x[first];
        const float b = x[first + p->distance];
        y[first] = (a * cosine[i]) - (b * sine[i]);
        y[first + p->distance] = (a * sine[i]) + (b * cosine[i]);
    }
    for (int32_t i = 2 * p->pairs; i < p->width; i++) {
        y[i] = x[i];
    }
}

/* Computes:  (a, b) to (a cos - b sin, a sin + b cos) for each pair of every head and position.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: float32.
 */
TC_KERNEL void tc_rotary_f32_ref(const tc_rotary_f32 *p, const float *x, const float *restrict cosine,
                                 const float *restrict sine, float *y)
{
    for (int32_t batch = 0; batch < p->batch; batch++) {
        for (int32_t position = 0; position < p->positions; position++) {
            const int32_t row = (batch * p->cache_stride) + (position * p->pairs);
            for (int32_t head = 0; head < p->heads; head++) {
                const int32_t place = (batch * p->stride[0]) + (head * p->stride[1]) + (position * p->stride[2]);
                turn(p, &x[place], &cosine[row], &sine[row], &y[place]);
            }
        }
    }
}

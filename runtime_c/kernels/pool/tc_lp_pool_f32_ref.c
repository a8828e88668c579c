#include <math.h>

#include "tinyc/pool.h"

static float power_of(float value, int32_t p)
{
    const float size = fabsf(value);
    if (p == 1) {
        return size;
    }
    return (p == 2) ? (size * size) : powf(size, (float)p);
}

static float root_of(float sum, int32_t p)
{
    if (p == 1) {
        return sum;
    }
    return (p == 2) ? sqrtf(sum) : powf(sum, 1.0f / (float)p);
}

static float window_sum(const tc_lp_pool_f32 *p, const float *restrict channel, const tc_pool_window *window)
{
    const tc_pool *s = &p->shape;
    const int32_t step = s->dilation[2] * s->channels;
    float sum = 0.0f;
    for (int32_t z = window->axis[0].first; z < window->axis[0].last; z++) {
        for (int32_t y = window->axis[1].first; y < window->axis[1].last; y++) {
            const int32_t row = tc_pool_row(s, window, z, y);
            for (int32_t x = window->axis[2].first; x < window->axis[2].last; x++) {
                sum += power_of(channel[row + (x * step)], p->p);
            }
        }
    }
    return sum;
}

/* Computes:  y[n][o][c] = (sum of |x|^p over the taps of window o that lie inside the input)^(1/p).
 * Needs:     math.h.
 * Scratch:   none.
 * Exactness: float32, sum in order of taps.
 */
TC_KERNEL void tc_lp_pool_f32_ref(const tc_lp_pool_f32 *p, const float *restrict x, float *restrict y)
{
    const tc_pool *s = &p->shape;
    const int32_t positions = tc_pool_positions(s);
    for (int32_t image = 0; image < s->batch; image++) {
        for (int32_t position = 0; position < positions; position++) {
            const tc_pool_window window = tc_pool_window_at(s, position);
            for (int32_t c = 0; c < s->channels; c++) {
                y[c] = root_of(window_sum(p, &x[c], &window), p->p);
            }
            y += s->channels;
        }
        x += tc_pool_image(s);
    }
}

#include "tinyc/pool.h"

static float window_sum(const tc_pool *p, const float *restrict channel, const tc_pool_window *window)
{
    const int32_t step = p->dilation[2] * p->channels;
    float sum = 0.0f;
    for (int32_t z = window->axis[0].first; z < window->axis[0].last; z++) {
        for (int32_t y = window->axis[1].first; y < window->axis[1].last; y++) {
            const int32_t row = tc_pool_row(p, window, z, y);
            for (int32_t x = window->axis[2].first; x < window->axis[2].last; x++) {
                sum += channel[row + (x * step)];
            }
        }
    }
    return sum;
}

/* Computes:  y[n][o][c] = clamp(sum of x over the taps of window o inside the input / taps that count).
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32, sum in order of taps, one division.
 */
TC_KERNEL void tc_average_pool_f32_ref(const tc_average_pool_f32 *restrict p, const float *x, float *y)
{
    const tc_pool *s = &p->shape;
    const int32_t positions = tc_pool_positions(s);
    for (int32_t image = 0; image < s->batch; image++) {
        for (int32_t position = 0; position < positions; position++) {
            const tc_pool_window window = tc_pool_window_at(s, position);
            const float count = (float)tc_pool_count(s, &p->counted, position);
            for (int32_t c = 0; c < s->channels; c++) {
                y[c] = tc_clamp_f32(window_sum(s, &x[c], &window) / count, p->low, p->high);
            }
            y += s->channels;
        }
        x += tc_pool_image(s);
    }
}

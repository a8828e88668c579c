/* Body of every tc_max_pool_*_ref: included by one file per element type, which defines
 * TC_FUNCTION, TC_ELEMENT, TC_LOWEST (what an empty window gives) and `wins(value, best)`. No include guard on purpose.
 */

static TC_ELEMENT window_max(const tc_pool *p, const TC_ELEMENT *restrict channel, const tc_pool_window *window)
{
    const int32_t step = p->dilation[2] * p->channels;
    TC_ELEMENT best = TC_LOWEST;
    for (int32_t z = window->axis[0].first; z < window->axis[0].last; z++) {
        for (int32_t y = window->axis[1].first; y < window->axis[1].last; y++) {
            const int32_t row = tc_pool_row(p, window, z, y);
            for (int32_t x = window->axis[2].first; x < window->axis[2].last; x++) {
                const TC_ELEMENT value = channel[row + (x * step)];
                best = wins(value, best) ? value : best;
            }
        }
    }
    return best;
}

TC_KERNEL void TC_FUNCTION(const tc_pool *restrict p, const TC_ELEMENT *x, TC_ELEMENT *y)
{
    const int32_t positions = tc_pool_positions(p);
    for (int32_t image = 0; image < p->batch; image++) {
        for (int32_t position = 0; position < positions; position++) {
            const tc_pool_window window = tc_pool_window_at(p, position);
            for (int32_t c = 0; c < p->channels; c++) {
                y[c] = window_max(p, &x[c], &window);
            }
            y += p->channels;
        }
        x += tc_pool_image(p);
    }
}

/* Body of every tc_max_pool_indexed_*_ref: included by one file per element type, which defines
 * TC_FUNCTION, TC_ELEMENT and TC_LOWEST (what an empty window gives). No include guard on purpose.
 */

typedef struct {
    TC_ELEMENT value;
    int32_t place; /* -1 before the first tap */
} best_tap;

static best_tap window_best(const tc_max_pool_indexed *p, const TC_ELEMENT *restrict image,
                            const tc_pool_window *window)
{
    const tc_pool *s = &p->shape;
    best_tap best = {TC_LOWEST, -1};
    for (int32_t z = window->axis[0].first; z < window->axis[0].last; z++) {
        for (int32_t y = window->axis[1].first; y < window->axis[1].last; y++) {
            const int32_t row = tc_pool_row(s, window, z, y);
            const int32_t place = ((window->axis[0].origin + (z * s->dilation[0])) * p->place[0]) +
                                  ((window->axis[1].origin + (y * s->dilation[1])) * p->place[1]);
            for (int32_t x = window->axis[2].first; x < window->axis[2].last; x++) {
                const TC_ELEMENT value = image[row + (x * s->dilation[2])];
                if ((value > best.value) || (best.place < 0)) {
                    best.value = value;
                    best.place = place + ((window->axis[2].origin + (x * s->dilation[2])) * p->place[2]);
                }
            }
        }
    }
    return best;
}

TC_KERNEL void TC_FUNCTION(const tc_max_pool_indexed *p, const TC_ELEMENT *restrict x, TC_ELEMENT *restrict y,
                           int64_t *restrict places)
{
    const tc_pool *s = &p->shape;
    const int32_t positions = tc_pool_positions(s);
    const int32_t pixels = tc_pool_image(s);
    for (int32_t image = 0; image < s->batch; image++) {
        for (int32_t position = 0; position < positions; position++) {
            const tc_pool_window window = tc_pool_window_at(s, position);
            const best_tap best = window_best(p, &x[image * pixels], &window);
            *y++ = best.value;
            *places++ = (image * pixels) + tc_max_i32(best.place, 0);
        }
    }
}

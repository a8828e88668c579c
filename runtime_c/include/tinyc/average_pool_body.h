/* Body of every tc_average_pool_s*_ref: included by one file per number format, which defines TC_FUNCTION and
 * TC_ELEMENT. No include guard on purpose.
 */

/* Sum of x - in_zero_point over the taps inside the input. */
static int32_t window_sum(const tc_average_pool_s8 *p, const TC_ELEMENT *restrict channel, const tc_pool_window *window)
{
    const tc_pool *s = &p->shape;
    const int32_t step = s->dilation[2] * s->channels;
    int32_t sum = 0;
    for (int32_t z = window->axis[0].first; z < window->axis[0].last; z++) {
        for (int32_t y = window->axis[1].first; y < window->axis[1].last; y++) {
            const int32_t row = tc_pool_row(s, window, z, y);
            for (int32_t x = window->axis[2].first; x < window->axis[2].last; x++) {
                sum += (int32_t)channel[row + (x * step)] - p->in_zero_point;
            }
        }
    }
    return sum;
}

/* Index of the factor for this number of taps; the table holds every number that occurs. */
static int32_t factor_of(const tc_average_pool_s8 *p, int32_t count)
{
    int32_t index = 0;
    while (p->counts[index] != count) {
        index++;
    }
    return index;
}

TC_KERNEL void TC_FUNCTION(const tc_average_pool_s8 *restrict p, const TC_ELEMENT *x, TC_ELEMENT *y)
{
    const tc_pool *s = &p->shape;
    const int32_t positions = tc_pool_positions(s);
    for (int32_t image = 0; image < s->batch; image++) {
        for (int32_t position = 0; position < positions; position++) {
            const tc_pool_window window = tc_pool_window_at(s, position);
            const int32_t factor = factor_of(p, tc_pool_count(s, &p->counted, position));
            const int32_t multiplier = p->multiplier[factor];
            const int32_t shift = p->shift[factor];
            for (int32_t c = 0; c < s->channels; c++) {
                const int32_t sum = window_sum(p, &x[c], &window);
                y[c] = (TC_ELEMENT)tc_requantize(sum, multiplier, shift, p->out_zero_point, p->low, p->high);
            }
            y += s->channels;
        }
        x += tc_pool_image(s);
    }
}

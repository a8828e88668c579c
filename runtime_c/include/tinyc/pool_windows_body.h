/* Body of the fast pooling kernels: included by one file for each, which defines TC_FUNCTION, TC_PARAMS, TC_ELEMENT,
 * TC_SHAPE (the tc_pool of p) and `pool_window(p, taps, x, y)`: all channels of one window, whose first tap inside the
 * image is x. No include guard on purpose.
 */

TC_KERNEL void TC_FUNCTION(const TC_PARAMS *restrict p, const TC_ELEMENT *x, TC_ELEMENT *y)
{
    const tc_pool *const s = TC_SHAPE;
    const int32_t row_step = s->in_length[2] * s->channels;
    for (int32_t image = 0; image < s->batch; image++) {
        for (int32_t row = 0; row < s->out_length[1]; row++) {
            const tc_pool_span rows = tc_pool_inside(s, 1, row);
            for (int32_t column = 0; column < s->out_length[2]; column++) {
                const tc_pool_span columns = tc_pool_inside(s, 2, column);
                const tc_pool_taps taps = {rows.count, columns.count, row_step, row, column};
                pool_window(p, &taps, &x[(rows.first * row_step) + (columns.first * s->channels)], y);
                y += s->channels;
            }
        }
        x += tc_pool_image(s);
    }
}

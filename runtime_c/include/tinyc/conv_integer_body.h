/* Body of every tc_conv_integer_*_ref: included by one file per pair of formats, which defines TC_FUNCTION, TC_X and
 * TC_W. No include guard on purpose.
 */

/* Sum of one output over the taps inside one channel of the input. */
static int32_t channel_sum(const tc_conv2d_shape *s, const TC_X *restrict plane, const TC_W *restrict filter,
                           tc_window rows, tc_window columns, int32_t x_zero, int32_t w_zero)
{
    int32_t acc = 0;
    for (int32_t ky = rows.first; ky < rows.last; ky++) {
        const TC_X *line = &plane[(rows.origin + (ky * s->dilation_height)) * s->in_width];
        const TC_W *taps = &filter[ky * s->kernel_width];
        for (int32_t kx = columns.first; kx < columns.last; kx++) {
            const int32_t value = (int32_t)line[columns.origin + (kx * s->dilation_width)] - x_zero;
            acc += value * ((int32_t)taps[kx] - w_zero);
        }
    }
    return acc;
}

TC_KERNEL void TC_FUNCTION(const tc_conv_integer *p, const TC_X *restrict x, const TC_W *restrict w, const TC_X *x_zero,
                           const TC_W *w_zero, int32_t *restrict y)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t depth = s->in_channels / s->groups;
    const int32_t plane = s->in_height * s->in_width;
    const int32_t taps = s->kernel_height * s->kernel_width;
    const int32_t out_plane = s->out_height * s->out_width;
    for (int32_t map = 0; map < (s->batch * s->out_channels); map++) {
        const int32_t m = map % s->out_channels;
        const int32_t first = (m / (s->out_channels / s->groups)) * depth;
        const TC_X *image = &x[(((map / s->out_channels) * s->in_channels) + first) * plane];
        const int32_t w_zero_point = w_zero[m * p->w_zero_step];
        for (int32_t place = 0; place < out_plane; place++) {
            const tc_window rows = tc_window_at(place / s->out_width, s->stride_height, s->pad_top,
                                                s->dilation_height, s->kernel_height, s->in_height);
            const tc_window columns = tc_window_at(place % s->out_width, s->stride_width, s->pad_left,
                                                   s->dilation_width, s->kernel_width, s->in_width);
            int32_t acc = 0;
            for (int32_t c = 0; c < depth; c++) {
                const TC_W *filter = &w[((m * depth) + c) * taps];
                acc += channel_sum(s, &image[c * plane], filter, rows, columns, x_zero[0], w_zero_point);
            }
            y[place] = acc;
        }
        y += out_plane;
    }
}

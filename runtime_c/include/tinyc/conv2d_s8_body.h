/* Body of every tc_conv2d_s8*_ref and tc_conv2d_s16*_ref: included by one file per pair of formats, which defines
 * TC_FUNCTION, TC_PARAMS, TC_ACTIVATION, TC_SUM, TC_REQUANTIZE, TC_WEIGHT (the element of the array) and
 * TC_WEIGHT_AT(weights, index). No include guard on purpose.
 */

/* Sum of one output over the taps inside the input; x points at the image, channel_base at the group's first channel,
 * first at the output channel's first weight. */
static TC_SUM window_sum(const TC_PARAMS *p, const TC_ACTIVATION *restrict x, int32_t first, tc_window rows,
                         tc_window columns, int32_t channel_base)
{
    const tc_conv2d_shape *s = &p->shape;
    const TC_WEIGHT *restrict weights = p->weights;
    const int32_t depth = s->in_channels / s->groups;
    TC_SUM acc = 0;
    for (int32_t ky = rows.first; ky < rows.last; ky++) {
        const int32_t row = rows.origin + (ky * s->dilation_height);
        for (int32_t kx = columns.first; kx < columns.last; kx++) {
            const int32_t column = columns.origin + (kx * s->dilation_width);
            const TC_ACTIVATION *pixel = &x[(((row * s->in_width) + column) * s->in_channels) + channel_base];
            const int32_t tap = first + (((ky * s->kernel_width) + kx) * depth);
            for (int32_t c = 0; c < depth; c++) {
                acc += ((int32_t)pixel[c] - p->in_zero_point) * TC_WEIGHT_AT(weights, tap + c);
            }
        }
    }
    return acc;
}

TC_KERNEL void TC_FUNCTION(const TC_PARAMS *restrict p, const TC_ACTIVATION *x, TC_ACTIVATION *y)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t depth = s->in_channels / s->groups;
    const int32_t group_outputs = s->out_channels / s->groups;
    const int32_t filter = s->kernel_height * s->kernel_width * depth;
    const int32_t out_rows = s->batch * s->out_height;
    for (int32_t out_row = 0; out_row < out_rows; out_row++) {
        const int32_t oy = out_row % s->out_height;
        const TC_ACTIVATION *image = &x[(out_row / s->out_height) * s->in_height * s->in_width * s->in_channels];
        const tc_window rows =
            tc_window_at(oy, s->stride_height, s->pad_top, s->dilation_height, s->kernel_height, s->in_height);
        for (int32_t ox = 0; ox < s->out_width; ox++) {
            const tc_window columns =
                tc_window_at(ox, s->stride_width, s->pad_left, s->dilation_width, s->kernel_width, s->in_width);
            for (int32_t m = 0; m < s->out_channels; m++) {
                const int32_t channel_base = (m / group_outputs) * depth;
                const TC_SUM acc = p->bias[m] + window_sum(p, image, m * filter, rows, columns, channel_base);
                *y = (TC_ACTIVATION)TC_REQUANTIZE(acc, p->multiplier[m], p->shift[m], p->out_zero_point, p->low,
                                                  p->high);
                y++;
            }
        }
    }
}

/* Body of every tc_conv2d_f32w*_ref: included by one file per weight format, which defines TC_FUNCTION, TC_PARAMS,
 * TC_WEIGHT (the element of the array) and TC_WEIGHT_AT(weights, index). No include guard on purpose.
 */

/* Sum of one output over the taps inside the input and the channels of one scale; x points at the image, channel_base at
 * the first of these channels, first at the output channel's first weight for them. */
static float window_sum(const TC_PARAMS *p, const float *restrict x, int32_t first, tc_window rows,
                        tc_window columns, int32_t channel_base)
{
    const tc_conv2d_shape *s = &p->shape;
    const TC_WEIGHT *restrict weights = p->weights;
    const int32_t depth = s->in_channels / s->groups;
    float acc = 0.0f;
    for (int32_t ky = rows.first; ky < rows.last; ky++) {
        const int32_t row = rows.origin + (ky * s->dilation_height);
        for (int32_t kx = columns.first; kx < columns.last; kx++) {
            const int32_t column = columns.origin + (kx * s->dilation_width);
            const float *pixel = &x[(((row * s->in_width) + column) * s->in_channels) + channel_base];
            const int32_t tap = first + (((ky * s->kernel_width) + kx) * depth);
            for (int32_t c = 0; c < p->share; c++) {
                acc += pixel[c] * (float)TC_WEIGHT_AT(weights, tap + c);
            }
        }
    }
    return acc;
}

/* Output channel m: the sums of all scales. */
static float scaled_sum(const TC_PARAMS *p, const float *restrict x, int32_t m, tc_window rows, tc_window columns,
                        int32_t channel_base)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t depth = s->in_channels / s->groups;
    const float *scale = &p->scale[m * (depth / p->share)];
    const int32_t filter = m * s->kernel_height * s->kernel_width * depth;
    float total = 0.0f;
    for (int32_t first = 0; first < depth; first += p->share) {
        total += window_sum(p, x, filter + first, rows, columns, channel_base + first) * *scale;
        scale++;
    }
    return total;
}

TC_KERNEL void TC_FUNCTION(const TC_PARAMS *p, const float *restrict x, float *restrict y)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t depth = s->in_channels / s->groups;
    const int32_t group_outputs = s->out_channels / s->groups;
    const int32_t out_rows = s->batch * s->out_height;
    for (int32_t out_row = 0; out_row < out_rows; out_row++) {
        const int32_t oy = out_row % s->out_height;
        const float *image = &x[(out_row / s->out_height) * s->in_height * s->in_width * s->in_channels];
        const tc_window rows =
            tc_window_at(oy, s->stride_height, s->pad_top, s->dilation_height, s->kernel_height, s->in_height);
        for (int32_t ox = 0; ox < s->out_width; ox++) {
            const tc_window columns =
                tc_window_at(ox, s->stride_width, s->pad_left, s->dilation_width, s->kernel_width, s->in_width);
            for (int32_t m = 0; m < s->out_channels; m++) {
                const int32_t channel_base = (m / group_outputs) * depth;
                const float total = scaled_sum(p, image, m, rows, columns, channel_base);
                *y = tc_clamp_f32(total + p->bias[m], p->low, p->high);
                y++;
            }
        }
    }
}

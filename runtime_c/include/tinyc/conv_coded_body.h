/* Body of every tc_conv2d_*_coded_ref, which define TC_FUNCTION, TC_ACTIVATION, TC_SUM and TC_REQUANTIZE. No include
 * guard on purpose.
 */

/* One output of a channel: x points at the first of its group's inputs, pixels lie `step` inputs apart; `place` counts rows
 * of outputs of all images. */
static TC_SUM window_sum(const tc_conv2d_s8_coded *p, const TC_ACTIVATION *x, int32_t step, const int8_t *weights,
                         int32_t place, int32_t ox)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t depth = s->in_channels / s->groups;
    const TC_ACTIVATION *const image = &x[(place / s->out_height) * s->in_height * s->in_width * step];
    const tc_window rows = tc_window_at(place % s->out_height, s->stride_height, s->pad_top, s->dilation_height,
                                        s->kernel_height, s->in_height);
    const tc_window columns =
        tc_window_at(ox, s->stride_width, s->pad_left, s->dilation_width, s->kernel_width, s->in_width);
    TC_SUM acc = 0;
    for (int32_t ky = rows.first; ky < rows.last; ky++) {
        const int32_t row = (rows.origin + (ky * s->dilation_height)) * s->in_width;
        for (int32_t kx = columns.first; kx < columns.last; kx++) {
            const TC_ACTIVATION *pixel = &image[(row + columns.origin + (kx * s->dilation_width)) * step];
            const int8_t *tap = &weights[((ky * s->kernel_width) + kx) * depth];
            for (int32_t c = 0; c < depth; c++) {
                acc += ((int32_t)pixel[c] - p->in_zero_point) * (int32_t)tap[c];
            }
        }
    }
    return acc;
}

TC_KERNEL void TC_FUNCTION(const tc_conv2d_s8_coded *p, const TC_ACTIVATION *x, TC_ACTIVATION *y, void *scratch)
{
    const tc_conv2d_shape *s = &p->shape;
    const tc_coded *const coded = &p->weights;
    const int32_t depth = s->in_channels / s->groups;
    const int32_t filter = s->kernel_height * s->kernel_width * depth;
    const int32_t copied = (p->copied != 0) ? (s->in_height * s->in_width) : 0;
    const int32_t step = (p->copied != 0) ? 1 : s->in_channels;
    TC_ACTIVATION *const plane = scratch;
    int8_t *const weights = (int8_t *)scratch + (((copied * (int32_t)sizeof *x) + 3) & ~3);
    void *const table = &weights[4 * ((filter + 3) / 4)];
    tc_bit_reader reader = tc_code_open(&coded->code, 0);
    coded->codec->prepare(&coded->code, table);
    for (int32_t m = 0; m < s->out_channels; m++) {
        tc_coded_channel channel;
        tc_coded_next_channels(coded, &reader, 1, &channel);
        const TC_ACTIVATION *inputs = &x[(m / (s->out_channels / s->groups)) * depth];
        TC_ACTIVATION *to = &y[m];
        for (int32_t i = 0; i < copied; i++) {
            plane[i] = inputs[i * s->in_channels];
        }
        inputs = (copied > 0) ? plane : inputs;
        coded->codec->decode(&coded->code, &reader, table, weights, filter);
        for (int32_t place = 0; place < (s->batch * s->out_height); place++) {
            for (int32_t ox = 0; ox < s->out_width; ox++) {
                const TC_SUM acc = channel.bias + window_sum(p, inputs, step, weights, place, ox);
                *to = (TC_ACTIVATION)TC_REQUANTIZE(acc, channel.multiplier, channel.shift, p->out_zero_point, p->low,
                                                   p->high);
                to += s->out_channels;
            }
        }
    }
}

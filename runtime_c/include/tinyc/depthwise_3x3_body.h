/* Body of every tc_conv2d_dw3x3_s8*_dsp, which define TC_FUNCTION and TC_CHANNEL_WEIGHTS(weights, channel, words): the
 * address of the channel's three words, perhaps those of `words`, made here. No include guard on purpose.
 */

/* The rows of outputs that planes of `g` serve, all channels; y is the first of them. */
static void band(const tc_conv2d_s8_depthwise *p, const tc_planes *g, const int8_t *image, uint32_t *planes, int8_t *y)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t multiple = s->out_channels / s->in_channels;
    const int32_t at_once = tc_min_i32(TC_PLANES_AT_ONCE, s->in_channels);
    tc_dw3x3 run = {planes, y, s->out_width, p->weights, p->constants, s->out_channels,
                    s->out_width * s->out_channels, 4 * (g->rows - 3 - s->stride_height), s->stride_width};
    int32_t words[3] = {0, 0, 0};
    int32_t out = 0;
    const tc_planes_part inside = tc_planes_clear(g, planes);
    for (int32_t channel = 0; channel < s->in_channels; channel += TC_PLANES_AT_ONCE) {
        const int32_t start = tc_min_i32(channel, s->in_channels - at_once); /* the last channels may overlap */
        tc_planes_fill(g, &inside, &image[start], at_once, planes);
        run.plane = &planes[(channel - start) * g->plane];
        for (int32_t end = (start + at_once) * multiple; out < end; run.plane += g->plane) {
            for (int32_t i = 0; i < multiple; i++) {
                run.weights = TC_CHANNEL_WEIGHTS(p->weights, out, words);
                tc_dw3x3_channel(&run);
                out++;
                run.y++;
                run.constants += TC_DEPTHWISE_CONSTANTS;
            }
        }
    }
}

TC_KERNEL void TC_FUNCTION(const tc_conv2d_s8_depthwise *restrict p, const int8_t *x, int8_t *y, void *scratch)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t row_bytes = s->out_width * s->out_channels;
    tc_planes g = {s->in_height, s->in_width, s->in_channels, s->pad_left, p->in_zero_point, 0, TC_DW3X3_PITCH, 0, 0,
                   p->plane_words};
    g.pairs = (s->stride_width * ((s->out_width + 1) / 2)) + 1;
    for (int32_t image = 0; image < s->batch; image++) {
        for (int32_t row = 0; row < s->out_height; row += p->band_rows) {
            const int32_t rows = tc_clamp_i32(s->out_height - row, 2, p->band_rows);
            const int32_t first = tc_min_i32(row, s->out_height - rows); /* a last row is made together with another */
            g.top = (first * s->stride_height) - s->pad_top;
            g.rows = ((rows - 1) * s->stride_height) + 3;
            band(p, &g, x, scratch, &y[first * row_bytes]);
        }
        tc_narrow_s8(y, s->out_height * row_bytes, p->low, p->high);
        y += s->out_height * row_bytes;
        x += s->in_height * s->in_width * s->in_channels;
    }
}

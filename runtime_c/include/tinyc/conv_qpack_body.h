/* Body of tc_conv2d_s8w4_dsp and tc_conv2d_s8w2_dsp, which define TC_FUNCTION and TC_TWO_PIXELS. No include guard on
 * purpose.
 */

/* Columns straight from the input: channels are a multiple of four. */
static void expand(const tc_conv2d_shape *s, const tc_pixel_window *a, const tc_pixel_window *b,
                   tc_qpack_columns *columns, const int8_t *outside)
{
    for (int32_t ky = 0; ky < s->kernel_height; ky++) {
        const int together = tc_window_has_row(s, a, ky) && tc_window_has_row(s, b, ky);
        const int32_t taps = together ? s->kernel_width : 1;
        for (int32_t kx = 0; kx < s->kernel_width; kx += taps) {
            tc_qpack_expand2(columns, tc_window_tap(s, a, ky, kx, outside), tc_window_tap(s, b, ky, kx, outside),
                             taps * s->in_channels);
        }
    }
}

TC_KERNEL void TC_FUNCTION(const tc_conv2d_s8_qpack *p, const int8_t *restrict x, int8_t *restrict y, void *scratch)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t inputs = s->kernel_height * s->kernel_width * s->in_channels;
    const int32_t quads = (inputs + 3) / 4;
    const int32_t pixels = s->batch * s->out_height * s->out_width;
    uint32_t *const words = scratch;
    int8_t *const bytes0 = (int8_t *)&words[4 * quads];
    int8_t *const bytes1 = &bytes0[4 * quads];
    const int straight = (s->in_channels % 4) == 0;
    if (straight) {
        (void)tc_fill_bytes(bytes0, p->in_zero_point, s->in_channels);
    }
    for (int32_t pixel = 0; pixel < pixels; pixel += 2) {
        const int32_t step = ((pixel + 1) < pixels) ? 1 : 0; /* an odd last pixel is computed twice, to the same place */
        const tc_pixel_window a = tc_window_of_pixel(s, x, pixel);
        const tc_pixel_window b = tc_window_of_pixel(s, x, pixel + step);
        tc_qpack_columns columns = {words, 0, 0};
        if (straight) {
            expand(s, &a, &b, &columns, bytes0);
        } else {
            tc_gather_window(s, &a, p->in_zero_point, bytes0);
            tc_gather_window(s, &b, p->in_zero_point, bytes1);
            tc_qpack_expand2(&columns, bytes0, bytes1, inputs);
        }
        int8_t *const y1 = &y[step * s->out_channels];
        TC_TWO_PIXELS(p->weights, words, &columns, s->out_channels, y, y1);
        tc_narrow_s8(y, (step + 1) * s->out_channels, p->low, p->high);
        y = &y1[s->out_channels];
    }
}

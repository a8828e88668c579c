/* Body of T-pack convolutions that bring their windows together strip by strip: after conv_strips.h they define
 * TC_FUNCTION, TC_PIXELS, all channels of a strip's outputs, TC_FILL, which fills a strip, and TC_ADVANCE(f, quads), the
 * words from one pair of windows to the next. No include guard on purpose.
 */

TC_KERNEL void TC_FUNCTION(const tc_conv2d_s8_tpack *restrict p, const int8_t *x, int8_t *y, void *scratch)
{
    const tc_conv_axis *const along = &p->along;
    const int32_t rows = p->batch * p->across.out_length;
    const int32_t quads = tc_tpack_quads(along->taps * p->across.taps * p->in_channels);
    const tc_filling f = tc_filling_of(p, quads, scratch);
    const tc_tpack_layer layer = {p->weights, p->constants, quads, p->out_channels, p->shared_shift,
                                  TC_ADVANCE(&f, quads), along->out_step, f.last};
    for (int32_t row = 0; row < rows; row++) {
        const int32_t image = row / p->across.out_length;
        const int32_t out = row - (image * p->across.out_length);
        const tc_window across = tc_window_at(out, p->across.stride, p->across.pad, p->across.dilation,
                                              p->across.taps, p->across.in_length);
        int8_t *const to = &y[(image * p->out_bytes) + (out * p->across.out_step)];
        for (int32_t first = 0; first < along->out_length; first += p->tile) {
            const int32_t count = tc_min_i32(p->tile, along->out_length - first);
            const int32_t is_last = ((row + 1) == rows) && ((first + count) == along->out_length);
            TC_FILL(&f, &across, &x[image * p->in_bytes], first, count);
            TC_PIXELS(&layer, f.strip, count, &to[first * along->out_step], is_last);
        }
    }
    tc_narrow_s8(y, p->batch * p->out_bytes, p->low, p->high);
}

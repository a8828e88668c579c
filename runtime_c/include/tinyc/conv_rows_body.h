/* Body of tc_conv2d_rows_s8_dsp and tc_conv2d_rows_planar_s8_dsp, which define TC_FUNCTION and fill(), which expands a row
 * of the input. No include guard on purpose.
 */

/* Words of a row, such that the last window lies inside. */
static inline int32_t pitch_of(const tc_conv2d_shape *s)
{
    return ((((s->out_width - 1) * TC_ROWS_LAG) + TC_ROWS_WORDS) + 1) & ~1;
}

TC_KERNEL void TC_FUNCTION(const tc_conv2d_s8_rows *restrict p, const int8_t *x, int8_t *y, void *scratch)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t channels = s->out_channels;
    const int32_t row_bytes = s->out_width * channels;
    const int32_t pitch = pitch_of(s);
    uint32_t *const rows = scratch;
    for (int32_t line = 0; line < (s->batch * s->out_height); line++) {
        const int32_t image = line / s->out_height;
        const int32_t out = line - (image * s->out_height);
        const int32_t place = out % p->band_rows;
        if (place == 0) {
            const int32_t count = tc_min_i32(p->band_rows, s->out_height - out);
            const int32_t top = (out * s->stride_height) - s->pad_top;
            for (int32_t i = 0; i < (((count - 1) * s->stride_height) + 3); i++) {
                fill(p, &x[image * s->in_height * s->in_width * 3], top + i, pitch, &rows[i * pitch]);
            }
        }
        const tc_stream_run run = {&rows[place * s->stride_height * pitch],
                                   &y[channels - 4],
                                   &y[(2 * channels) - 4],
                                   p->stream,
                                   &p->stream[TC_ROWS_QUAD * (channels / 4)],
                                   p->offset,
                                   s->out_width / 2,
                                   0,
                                   8 * TC_ROWS_LAG,
                                   3 * channels,
                                   4 * (pitch - TC_ROWS_WORDS)};
        tc_tpack_rows_4x2(&run);
        y += row_bytes;
    }
    tc_narrow_s8(&y[-s->batch * s->out_height * row_bytes], s->batch * s->out_height * row_bytes, p->low, p->high);
}

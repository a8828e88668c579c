/* Body of tc_conv2d_s8w4_dsp and tc_conv2d_s8w2_dsp, which define TC_FUNCTION, TC_LAYER and TC_SUM. No include guard on
 * purpose.
 */

/* Sums of both pixels over `words` words each of a pair's columns. */
static void sum_both(const uint32_t *columns, int32_t words, int32_t sums[2])
{
    int32_t a = 0;
    int32_t b = 0;
    for (int32_t i = 0; i < (2 * words); i += 2) {
        a = tc_smlad(columns[i], TC_QPACK_ONES, a);
        b = tc_smlad(columns[i + 1], TC_QPACK_ONES, b);
    }
    sums[0] = tc_qpack_times(a, TC_SUM);
    sums[1] = tc_qpack_times(b, TC_SUM);
}

/* Sum over `words` words, every second one. */
static int32_t sum_of(const uint32_t *first, int32_t words)
{
    const uint32_t *const end = &first[2 * (words & ~3)];
    int32_t sum = 0;
    for (; first != end; first = &first[8]) {
        const uint32_t some[4] = {first[0], first[2], first[4], first[6]};
        sum = tc_smlad(some[1], TC_QPACK_ONES, tc_smlad(some[0], TC_QPACK_ONES, sum));
        sum = tc_smlad(some[3], TC_QPACK_ONES, tc_smlad(some[2], TC_QPACK_ONES, sum));
    }
    for (int32_t i = 0; i < (words & 3); i++) {
        sum = tc_smlad(first[2 * i], TC_QPACK_ONES, sum);
    }
    return sum;
}

/* Sums of the windows of `count` outputs of a strip of records, two at least, from the sums of its records. */
static void sum_records(const tc_filling *f, int32_t count, int32_t *records, int32_t *sums)
{
    const int32_t taps = f->p->along.taps;
    const int32_t step = f->lag / f->record;
    const int32_t all = ((count - 1) * step) + taps;
    for (int32_t i = 0; i < all; i++) {
        records[i] = tc_qpack_times(sum_of(&f->strip[i * f->record], f->record / 2), TC_SUM);
    }
    for (int32_t i = 0; i < count; i++) {
        int32_t sum = 0;
        for (int32_t tap = 0; tap < taps; tap++) {
            sum += records[(i * step) + tap];
        }
        sums[i] = sum;
    }
}

TC_KERNEL void TC_FUNCTION(const tc_conv2d_s8_qpack *q, const int8_t *x, int8_t *y, void *scratch)
{
    const tc_conv2d_s8_tpack *const p = &q->strips;
    const tc_conv_axis *const along = &p->along;
    const int32_t rows = p->batch * p->across.out_length;
    const int32_t quads = tc_tpack_quads(along->taps * p->across.taps * p->in_channels);
    const int32_t step = (along->dilation == 1) ? along->stride : along->taps; /* records from window to window */
    int32_t *const sums = scratch;
    int32_t *const records = &sums[p->tile];
    const tc_filling f = tc_filling_of(p, quads, &records[(p->tile * step) + along->taps]);
    tc_qpack_layer layer = TC_LAYER(p->weights, q->offset, quads, p->out_channels);
    layer.advance = (p->by_words != 0) ? (2 * f.lag) : (4 * quads);
    layer.y_step = along->out_step;
    layer.last = f.last;
    for (int32_t row = 0; row < rows; row++) {
        const int32_t image = row / p->across.out_length;
        const int32_t out = row - (image * p->across.out_length);
        const tc_window across = tc_window_at(out, p->across.stride, p->across.pad, p->across.dilation,
                                              p->across.taps, p->across.in_length);
        int8_t *const to = &y[(image * p->out_bytes) + (out * p->across.out_step)];
        for (int32_t first = 0; first < along->out_length; first += p->tile) {
            const int32_t count = tc_min_i32(p->tile, along->out_length - first);
            const int32_t is_last = ((row + 1) == rows) && ((first + count) == along->out_length);
            if (p->by_words != 0) {
                tc_fill_strip(&f, &across, &x[image * p->in_bytes], first, count);
                sum_records(&f, count, records, sums);
            } else {
                tc_expand_windows(&f, &across, &x[image * p->in_bytes], first, count);
                for (int32_t i = 0; i < count; i += 2) {
                    sum_both(&f.strip[2 * i * quads], 2 * quads, &sums[i]);
                }
            }
            tc_qpack_pixels(&layer, f.strip, sums, count, &to[first * along->out_step], is_last);
        }
    }
    tc_narrow_s8(y, p->batch * p->out_bytes, p->low, p->high);
}

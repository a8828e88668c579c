/* Body of every tc_dense_*_coded_ref, which define TC_FUNCTION, TC_ACTIVATION, TC_SUM and TC_REQUANTIZE. No include guard
 * on purpose.
 */

static TC_SUM part_sum(const TC_ACTIVATION *restrict x, const int8_t *restrict weights, int32_t count,
                       int32_t in_zero_point)
{
    TC_SUM acc = 0;
    for (int32_t k = 0; k < count; k++) {
        acc += ((int32_t)x[k] - in_zero_point) * (int32_t)weights[k];
    }
    return acc;
}

/* One channel of some rows. */
static void channel_of_rows(const tc_dense_s8_coded *p, const TC_ACTIVATION *x, int32_t rows, tc_bit_reader *reader,
                            void *table, int8_t *weights, TC_ACTIVATION *y)
{
    const tc_coded *const coded = &p->weights;
    tc_coded_channel channel;
    tc_coded_next_channels(coded, reader, 1, &channel);
    TC_SUM acc = channel.bias;
    int32_t row = 0;
    for (int32_t k = 0; k < p->in_features; k += p->at_once) {
        const int32_t count = tc_min_i32(p->at_once, p->in_features - k);
        coded->codec->decode(&coded->code, reader, table, weights, count);
        acc += part_sum(&x[k], weights, count, p->in_zero_point);
    }
    while (row < rows) {
        *y = (TC_ACTIVATION)TC_REQUANTIZE(acc, channel.multiplier, channel.shift, p->out_zero_point, p->low, p->high);
        y += p->out_features;
        row++;
        if (row < rows) {
            acc = channel.bias + part_sum(&x[row * p->in_features], weights, p->in_features, p->in_zero_point);
        }
    }
}

TC_KERNEL void TC_FUNCTION(const tc_dense_s8_coded *p, const TC_ACTIVATION *x, TC_ACTIVATION *y, void *scratch)
{
    const int32_t copied = (p->strip_rows < p->rows) ? (p->strip_rows * p->in_features * (int32_t)sizeof *x) : 0;
    TC_ACTIVATION *const strip = scratch;
    int8_t *const weights = (int8_t *)scratch + ((copied + 3) & ~3);
    void *const table = &weights[4 * ((p->at_once + 3) / 4)];
    p->weights.codec->prepare(&p->weights.code, table);
    for (int32_t row = 0; row < p->rows; row += p->strip_rows) {
        const int32_t rows = tc_min_i32(p->strip_rows, p->rows - row);
        const TC_ACTIVATION *from = &x[row * p->in_features];
        tc_bit_reader reader = tc_code_open(&p->weights.code, 0);
        if (copied > 0) {
            (void)memcpy(strip, from, (size_t)(rows * p->in_features) * sizeof *x);
            from = strip;
        }
        for (int32_t channel = 0; channel < p->out_features; channel++) {
            channel_of_rows(p, from, rows, &reader, table, weights, &y[(row * p->out_features) + channel]);
        }
    }
}

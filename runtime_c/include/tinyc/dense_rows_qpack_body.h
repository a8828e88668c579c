/* Body of tc_dense_rows_s8w4_dsp and tc_dense_rows_s8w2_dsp, which define TC_FUNCTION, TC_LAYER and TC_SUM. No include
 * guard on purpose.
 */

/* Columns and sums of pairs of rows; an odd last row is paired with itself. */
static void expand(const int8_t *x, int32_t inputs, int32_t rows, uint32_t *columns, int32_t *sums)
{
    for (int32_t i = 0; i < rows; i += 2) {
        const int8_t *const a = &x[i * inputs];
        tc_qpack_columns c = {columns, 0, 0};
        tc_qpack_expand2(&c, a, ((i + 1) < rows) ? &a[inputs] : a, inputs);
        sums[i] = tc_qpack_times(c.sum0, TC_SUM);
        sums[i + 1] = tc_qpack_times(c.sum1, TC_SUM);
        columns = c.next;
    }
}

TC_KERNEL void TC_FUNCTION(const tc_dense_rows_s8_qpack *p, const int8_t *x, int8_t *y, void *scratch)
{
    const int32_t quads = (p->in_features + 3) / 4;
    int32_t *const sums = scratch;
    uint32_t *const columns = (uint32_t *)&sums[p->tile_rows];
    tc_qpack_layer layer = TC_LAYER(p->stream, p->offset, quads, p->out_features);
    layer.advance = 4 * quads;
    layer.y_step = p->out_features;
    layer.last = (int8_t *)&columns[2 * p->tile_rows * quads];
    for (int32_t row = 0; row < p->rows; row += p->tile_rows) {
        const int32_t rows = tc_min_i32(p->tile_rows, p->rows - row);
        expand(&x[row * p->in_features], p->in_features, rows, columns, sums);
        tc_qpack_pixels(&layer, columns, sums, rows, &y[row * p->out_features], (row + rows) >= p->rows);
    }
    tc_narrow_s8(y, p->rows * p->out_features, p->low, p->high);
}

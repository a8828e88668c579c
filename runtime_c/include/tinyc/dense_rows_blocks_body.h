/* Body of tc_dense_rows_blocks2_s8_dsp and tc_dense_rows_blocks4_s8_dsp: they define TC_FUNCTION, TC_PIXELS and
 * TC_PUT_COLUMNS(columns, a, b), which expands four inputs of two rows. No include guard on purpose.
 */

/* Columns of pairs of rows; an odd last row is paired with itself. */
static void expand(uint32_t *to, const int8_t *from, int32_t inputs, int32_t rows)
{
    for (int32_t i = 0; i < rows; i += 2) {
        const int8_t *a = &from[i * inputs];
        const int8_t *b = ((i + 1) < rows) ? &a[inputs] : a;
        const int8_t *const end = &a[inputs & ~3];
        for (; a != end; a = &a[4], b = &b[4]) {
            to = TC_PUT_COLUMNS(to, tc_load4(a), tc_load4(b));
        }
        if ((inputs % 4) != 0) {
            to = TC_PUT_COLUMNS(to, tc_load_tail(a, inputs % 4), tc_load_tail(b, inputs % 4));
        }
    }
}

TC_KERNEL void TC_FUNCTION(const tc_dense_s8_tpack *restrict p, const int8_t *x, int8_t *y, void *scratch)
{
    uint32_t *const columns = scratch;
    const int32_t quads = tc_tpack_quads(p->in_features);
    int8_t *const last = (int8_t *)&columns[2 * p->tile_rows * quads];
    const tc_tpack_layer layer = {p->weights,      p->constants, quads,           p->out_features,
                                  p->shared_shift, 4 * quads,    p->out_step,     last};
    for (int32_t row = 0; row < p->rows; row += p->tile_rows) {
        const int32_t rows = tc_min_i32(p->tile_rows, p->rows - row);
        expand(columns, &x[row * p->in_features], p->in_features, rows);
        TC_PIXELS(&layer, columns, rows, &y[row * p->out_step], (row + rows) >= p->rows);
    }
    tc_narrow_s8(y, p->rows * p->out_step, p->low, p->high);
}

/* Body of tc_dense_rows_s8w4_dsp and tc_dense_rows_s8w2_dsp, which define TC_FUNCTION and TC_TWO_PIXELS. No include
 * guard on purpose.
 */

TC_KERNEL void TC_FUNCTION(const tc_dense_s8_qpack *p, const int8_t *restrict x, int8_t *restrict y, void *scratch)
{
    for (int32_t row = 0; row < p->rows; row += 2) {
        const int32_t step = ((row + 1) < p->rows) ? 1 : 0; /* an odd last row is computed twice, to the same place */
        const int8_t *const x1 = &x[step * p->in_features];
        int8_t *const y1 = &y[step * p->out_features];
        tc_qpack_columns columns = {scratch, 0, 0};
        tc_qpack_expand2(&columns, x, x1, p->in_features);
        TC_TWO_PIXELS(p->weights, scratch, &columns, p->out_features, y, y1);
        tc_narrow_s8(y, (step + 1) * p->out_features, p->low, p->high);
        x = &x1[p->in_features];
        y = &y1[p->out_features];
    }
}

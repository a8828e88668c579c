/* Body of tc_dense_s8w4_dsp and tc_dense_s8w2_dsp, which define TC_FUNCTION and TC_ONE_PIXEL. No include guard on
 * purpose.
 */

TC_KERNEL void TC_FUNCTION(const tc_dense_s8_qpack *p, const int8_t *restrict x, int8_t *restrict y, void *scratch)
{
    for (int32_t row = 0; row < p->rows; row++) {
        tc_qpack_columns columns = {scratch, 0, 0};
        tc_qpack_expand1(&columns, x, p->in_features);
        TC_ONE_PIXEL(p->weights, scratch, &columns, p->out_features, y);
        tc_narrow_s8(y, p->out_features, p->low, p->high);
        x += p->in_features;
        y += p->out_features;
    }
}

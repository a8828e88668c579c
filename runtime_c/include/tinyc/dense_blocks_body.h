/* Body of tc_dense_blocks2_s8_dsp and tc_dense_blocks4_s8_dsp: they define TC_FUNCTION, TC_ONE_PIXEL and
 * TC_PUT_COLUMN(columns, bytes), which expands four inputs. No include guard on purpose.
 */
TC_KERNEL void TC_FUNCTION(const tc_dense_s8_tpack *restrict p, const int8_t *x, int8_t *y, void *scratch)
{
    const int32_t whole = p->in_features & ~3;
    for (int32_t row = 0; row < p->rows; row++) {
        uint32_t *columns = scratch;
        for (int32_t i = 0; i < whole; i += 4) {
            columns = TC_PUT_COLUMN(columns, tc_load4(&x[i]));
        }
        if (whole < p->in_features) {
            columns = TC_PUT_COLUMN(columns, tc_load_tail(&x[whole], p->in_features - whole));
        }
        TC_ONE_PIXEL(p->weights, p->constants, scratch, p->out_features, y);
        tc_narrow_s8(y, p->out_features, p->low, p->high);
        x += p->in_features;
        y += p->out_step;
    }
}

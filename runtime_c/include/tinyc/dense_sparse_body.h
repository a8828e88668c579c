/* Body of tc_dense_sparse_s8_ref, tc_dense_blocks_s8_ref and tc_dense_nm_s8_ref: they define
 * TC_FUNCTION, TC_PARAMS and TC_PIXEL. No include guard on purpose.
 */
TC_KERNEL void TC_FUNCTION(const TC_PARAMS *restrict p, const int8_t *x, int8_t *y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        TC_PIXEL(&p->weights, &x[row * p->in_features], &y[row * p->weights.channels]);
    }
}

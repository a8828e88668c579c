/* Body of tc_conv2d_sparse_s8_ref, tc_conv2d_blocks_s8_ref and tc_conv2d_nm_s8_ref: they define
 * TC_FUNCTION, TC_PARAMS and TC_PIXEL. No include guard on purpose.
 */
TC_KERNEL void TC_FUNCTION(const TC_PARAMS *restrict p, const int8_t *x, int8_t *y, void *scratch)
{
    const int32_t pixels = p->shape.batch * p->shape.out_height * p->shape.out_width;
    for (int32_t pixel = 0; pixel < pixels; pixel++) {
        const tc_pixel_window w = tc_window_of_pixel(&p->shape, x, pixel);
        tc_gather_window(&p->shape, &w, p->in_zero_point, scratch);
        TC_PIXEL(&p->weights, scratch, &y[pixel * p->shape.out_channels]);
    }
}

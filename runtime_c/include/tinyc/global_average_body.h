/* Body of tc_global_average_s8_dsp and tc_global_average_s8_scalar, which define TC_FUNCTION and TC_ADD_PIXELS: adds
 * the pixels of four channels to their sums. No include guard on purpose.
 */

TC_KERNEL void TC_FUNCTION(const tc_global_average_s8 *restrict p, const int8_t *x, int8_t *y)
{
    for (int32_t image = 0; image < p->batch; image++) {
        for (int32_t c = 0; c < p->channels; c += 4) {
            const int32_t first = tc_min_i32(c, p->channels - 4); /* the last four channels may overlap */
            int32_t sums[4] = {p->start, p->start, p->start, p->start};
            TC_ADD_PIXELS(&x[first], p->channels, p->pixels, sums);
            for (int32_t i = 0; i < 4; i++) {
                y[first + i] =
                    (int8_t)tc_requantize(sums[i], p->multiplier, p->shift, p->out_zero_point, p->low, p->high);
            }
        }
        x += p->pixels * p->channels;
        y += p->channels;
    }
}

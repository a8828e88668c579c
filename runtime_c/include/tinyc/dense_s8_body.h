/* Body of every tc_dense_s8*_ref: included by one file per weight format, which defines TC_FUNCTION, TC_PARAMS and
 * TC_WEIGHT. No include guard on purpose.
 */

TC_KERNEL void TC_FUNCTION(const TC_PARAMS *p, const int8_t *restrict x, int8_t *restrict y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        const TC_WEIGHT *weights = p->weights;
        for (int32_t m = 0; m < p->out_features; m++) {
            int32_t acc = p->bias[m];
            for (int32_t k = 0; k < p->in_features; k++) {
                acc += ((int32_t)x[k] - p->in_zero_point) * weights[k];
            }
            y[m] = (int8_t)tc_requantize(acc, p->multiplier[m], p->shift[m], p->out_zero_point, p->low, p->high);
            weights += p->in_features;
        }
        x += p->in_features;
        y += p->out_features;
    }
}

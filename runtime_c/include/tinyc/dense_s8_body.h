/* Body of every tc_dense_s8*_ref and tc_dense_s16*_ref: included by one file per pair of formats, which defines
 * TC_FUNCTION, TC_PARAMS, TC_ACTIVATION, TC_SUM, TC_REQUANTIZE, TC_WEIGHT (the element of the array) and
 * TC_WEIGHT_AT(weights, index). No include guard on purpose.
 */

TC_KERNEL void TC_FUNCTION(const TC_PARAMS *restrict p, const TC_ACTIVATION *x, TC_ACTIVATION *y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        const TC_WEIGHT *restrict weights = p->weights;
        int32_t index = 0;
        for (int32_t m = 0; m < p->out_features; m++) {
            TC_SUM acc = p->bias[m];
            for (int32_t k = 0; k < p->in_features; k++) {
                acc += ((int32_t)x[k] - p->in_zero_point) * TC_WEIGHT_AT(weights, index);
                index++;
            }
            y[m] = (TC_ACTIVATION)TC_REQUANTIZE(acc, p->multiplier[m], p->shift[m], p->out_zero_point, p->low,
                                                p->high);
        }
        x += p->in_features;
        y += p->out_features;
    }
}

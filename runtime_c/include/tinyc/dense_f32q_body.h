/* Body of every tc_dense_f32w*_ref: included by one file per weight format, which defines TC_FUNCTION and
 * TC_WEIGHT_AT(weights, index). No include guard on purpose.
 */

TC_KERNEL void TC_FUNCTION(const tc_dense_f32q *p, const float *restrict x, float *restrict y)
{
    const uint8_t *restrict weights = p->weights;
    for (int32_t row = 0; row < p->rows; row++) {
        int32_t index = 0;
        for (int32_t m = 0; m < p->out_features; m++) {
            float acc = 0.0f;
            for (int32_t k = 0; k < p->in_features; k++) {
                acc += x[k] * (float)TC_WEIGHT_AT(weights, index);
                index++;
            }
            y[m] = tc_clamp_f32((acc * p->scale[m]) + p->bias[m], p->low, p->high);
        }
        x += p->in_features;
        y += p->out_features;
    }
}

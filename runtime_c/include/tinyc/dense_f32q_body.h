/* Body of every tc_dense_f32w*_ref: included by one file per weight format, which defines TC_FUNCTION, TC_PARAMS,
 * TC_WEIGHT (the element of the array) and TC_WEIGHT_AT(weights, index). No include guard on purpose.
 */

TC_KERNEL void TC_FUNCTION(const TC_PARAMS *p, const float *restrict x, float *restrict y)
{
    const TC_WEIGHT *restrict weights = p->weights;
    for (int32_t row = 0; row < p->rows; row++) {
        const float *restrict scale = p->scale;
        int32_t index = 0;
        for (int32_t m = 0; m < p->out_features; m++) {
            float total = 0.0f;
            for (int32_t first = 0; first < p->in_features; first += p->group) {
                float acc = 0.0f;
                for (int32_t k = first; k < (first + p->group); k++) {
                    acc += x[k] * (float)TC_WEIGHT_AT(weights, index);
                    index++;
                }
                total += acc * *scale;
                scale++;
            }
            y[m] = tc_clamp_f32(total + p->bias[m], p->low, p->high);
        }
        x += p->in_features;
        y += p->out_features;
    }
}

/* Body of every tc_dynamic_dense_f32w*_ref: included by one file per weight format, which defines TC_FUNCTION and
 * TC_WEIGHT_AT(weights, index). No include guard on purpose.
 */

/* Output channel m without scale and bias of the row. */
static float scaled_sum(const tc_dense_f32q *p, const int8_t *restrict q, int32_t m)
{
    const uint8_t *restrict weights = p->weights;
    const float *scale = &p->scale[m * (p->in_features / p->group)];
    int32_t index = m * p->in_features;
    float total = 0.0f;
    for (int32_t first = 0; first < p->in_features; first += p->group) {
        int32_t acc = 0;
        for (int32_t k = first; k < (first + p->group); k++) {
            acc += (int32_t)q[k] * TC_WEIGHT_AT(weights, index);
            index++;
        }
        total += (float)acc * *scale;
        scale++;
    }
    return total;
}

TC_KERNEL void TC_FUNCTION(const tc_dense_f32q *p, const float *restrict x, float *restrict y, void *scratch)
{
    int8_t *const q = scratch;
    for (int32_t row = 0; row < p->rows; row++) {
        const float scale = tc_dynamic_row(x, p->in_features, q);
        for (int32_t m = 0; m < p->out_features; m++) {
            y[m] = tc_clamp_f32((scaled_sum(p, q, m) * scale) + p->bias[m], p->low, p->high);
        }
        x += p->in_features;
        y += p->out_features;
    }
}

/* Body of every tc_matmul_integer_*_ref: included by one file per pair of formats, which defines TC_FUNCTION, TC_A and
 * TC_B. No include guard on purpose.
 */

TC_KERNEL void TC_FUNCTION(const tc_matmul_integer *p, const TC_A *restrict a, const TC_B *restrict b, const TC_A *a_zero,
                           const TC_B *b_zero, int32_t *restrict y)
{
    const tc_matmul *s = &p->shape;
    for (int32_t row = 0; row < (s->batch * s->rows); row++) {
        const int32_t i = row % s->rows;
        const TC_A *left = &a[tc_matmul_start(s, s->a_stride, row / s->rows) + (i * s->inner)];
        const TC_B *right = &b[tc_matmul_start(s, s->b_stride, row / s->rows)];
        const int32_t left_zero = a_zero[i * p->a_zero_step];
        for (int32_t j = 0; j < s->columns; j++) {
            const int32_t right_zero = b_zero[j * p->b_zero_step];
            int32_t acc = 0;
            for (int32_t k = 0; k < s->inner; k++) {
                acc += ((int32_t)left[k] - left_zero) * ((int32_t)right[(k * s->columns) + j] - right_zero);
            }
            y[j] = acc;
        }
        y += s->columns;
    }
}

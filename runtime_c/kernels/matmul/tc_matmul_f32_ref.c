#include "tinyc/matmul.h"

/* One row of a times all columns of b. */
static void row_times_matrix(const tc_matmul_f32 *p, const float *restrict a, const float *restrict b,
                             float *restrict y)
{
    const tc_matmul *s = &p->shape;
    for (int32_t j = 0; j < s->columns; j++) {
        float acc = 0.0f;
        for (int32_t k = 0; k < s->inner; k++) {
            acc += a[k] * b[(k * s->columns) + j];
        }
        y[j] = tc_clamp_f32(acc, p->low, p->high);
    }
}

/* Computes:  y[n][i][j] = clamp(sum over k of a[n][i][k] * b[n][k][j]).
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32, one product and one sum per step, in order of k.
 */
TC_KERNEL void tc_matmul_f32_ref(const tc_matmul_f32 *p, const float *restrict a, const float *restrict b,
                                 float *restrict y)
{
    const tc_matmul *s = &p->shape;
    for (int32_t batch = 0; batch < s->batch; batch++) {
        const float *left = &a[tc_matmul_start(s, s->a_stride, batch)];
        const float *right = &b[tc_matmul_start(s, s->b_stride, batch)];
        for (int32_t i = 0; i < s->rows; i++) {
            row_times_matrix(p, &left[i * s->inner], right, y);
            y += s->columns;
        }
    }
}

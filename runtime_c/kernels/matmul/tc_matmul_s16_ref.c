#include "tinyc/matmul.h"
#include "tinyc/requant.h"

/* One row of a times all columns of b. */
static void row_times_matrix(const tc_matmul_s8 *p, const int16_t *restrict a, const int16_t *restrict b,
                             int16_t *restrict y)
{
    const tc_matmul *s = &p->shape;
    for (int32_t j = 0; j < s->columns; j++) {
        int64_t acc = 0;
        for (int32_t k = 0; k < s->inner; k++) {
            acc += tc_multiply_long((int32_t)a[k] - p->a_zero_point, (int32_t)b[(k * s->columns) + j] - p->b_zero_point);
        }
        y[j] = (int16_t)tc_requantize_wide(acc, p->multiplier, p->shift, p->out_zero_point, p->low, p->high);
    }
}

/* Computes:  y[n][i][j] = requantize(sum over k of (a[n][i][k] - a_zero_point) * (b[n][k][j] - b_zero_point)).
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: the definition; numpy's meaning bit for bit. Sums have 64 bits.
 */
TC_KERNEL void tc_matmul_s16_ref(const tc_matmul_s8 *p, const int16_t *restrict a, const int16_t *restrict b,
                                int16_t *restrict y)
{
    const tc_matmul *s = &p->shape;
    for (int32_t batch = 0; batch < s->batch; batch++) {
        const int16_t *left = &a[tc_matmul_start(s, s->a_stride, batch)];
        const int16_t *right = &b[tc_matmul_start(s, s->b_stride, batch)];
        for (int32_t i = 0; i < s->rows; i++) {
            row_times_matrix(p, &left[i * s->inner], right, y);
            y += s->columns;
        }
    }
}

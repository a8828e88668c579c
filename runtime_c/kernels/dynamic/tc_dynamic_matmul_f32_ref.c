#include "tinyc/dynamic.h"
#include "tinyc/dynamic_matmul.h"

/* Columns of b as int8 rows [columns][inner], and the scale of each. */
static void quantize_columns(const tc_matmul *s, const float *restrict b, int8_t *restrict q, float *restrict scale)
{
    for (int32_t j = 0; j < s->columns; j++) {
        const tc_dynamic_scale found = tc_dynamic_scale_of(&b[j], s->inner, s->columns);
        scale[j] = found.scale;
        for (int32_t k = 0; k < s->inner; k++) {
            *q = tc_dynamic_s8(b[(k * s->columns) + j], found);
            q++;
        }
    }
}

/* Computes:  y[n][i][j] = clamp((sum over k of p[i][k] * q[k][j]) * scale_a[i] * scale_b[j]), p the int8 of each row of
 *            a, q those of each column of b, with their scales (dynamic.h).
 * Needs:     nothing.
 * Scratch:   columns floats, (columns + 1) * inner bytes: scales, b and a row of a as int8.
 * Exactness: the definition; numpy's meaning bit for bit: integer sums are exact, float32 steps have one rounding each.
 */
TC_KERNEL void tc_dynamic_matmul_f32_ref(const tc_matmul_f32 *p, const float *restrict a, const float *restrict b,
                                         float *restrict y, void *scratch)
{
    const tc_matmul *s = &p->shape;
    float *const scale_b = scratch;
    int8_t *const q = (int8_t *)&scale_b[s->columns];
    int8_t *const row = &q[s->columns * s->inner];
    for (int32_t batch = 0; batch < s->batch; batch++) {
        const float *left = &a[tc_matmul_start(s, s->a_stride, batch)];
        quantize_columns(s, &b[tc_matmul_start(s, s->b_stride, batch)], q, scale_b);
        for (int32_t i = 0; i < s->rows; i++) {
            const float scale_a = tc_dynamic_row(left, s->inner, row);
            for (int32_t j = 0; j < s->columns; j++) {
                int32_t acc = 0;
                for (int32_t k = 0; k < s->inner; k++) {
                    acc += (int32_t)row[k] * q[(j * s->inner) + k];
                }
                y[j] = tc_clamp_f32(((float)acc * scale_a) * scale_b[j], p->low, p->high);
            }
            left += s->inner;
            y += s->columns;
        }
    }
}

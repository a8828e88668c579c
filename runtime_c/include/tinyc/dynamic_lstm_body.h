/* Body of every tc_dynamic_lstm_f32w*_ref: included by one file per weight format, which defines TC_FUNCTION and
 * TC_WEIGHT_AT(weights, index). Integers of a vector lie behind the step's 4 * hidden floats. No include guard on
 * purpose.
 */
#include "tinyc/dynamic_matrix_body.h"

static void sums(const tc_dynamic_recurrent *p, const void *weights, int32_t direction, const float *x, const float *h,
                 float *work)
{
    const int32_t rows = 4 * p->shape.hidden;
    int8_t *const q = (int8_t *)&work[rows];
    (void)weights;
    (void)memcpy(work, &p->bias[direction * rows], (size_t)rows * sizeof(float));
    add_product(&p->w, direction * rows, rows, x, work, q);
    add_product(&p->r, direction * rows, rows, h, work, q);
}

#define TC_PARAMS tc_dynamic_recurrent
#define TC_WEIGHTS void
#define TC_SUMS sums
#define TC_PEEPHOLE(p, weights, direction, gate, i, cell) 0.0f
#define TC_COUPLED(p) (0 != 0)
#define TC_ACTIVATE(p, direction, index, value) (((index) == 0) ? tc_fixed_sigmoid(value) : tc_fixed_tanh(value))
#define TC_OUT(p, direction, cell) tc_fixed_tanh(cell)
#include "tinyc/lstm_body.h"

TC_KERNEL void TC_FUNCTION(const tc_dynamic_recurrent *p, const float *restrict x, const int32_t *restrict lengths,
                           const float *initial_h, const float *initial_c, float *restrict y, float *y_h, float *y_c,
                           void *restrict scratch)
{
    const tc_recurrent_data data = {x, lengths, initial_h, initial_c, y, y_h, y_c};
    run(p, NULL, &data, 1, scratch);
}

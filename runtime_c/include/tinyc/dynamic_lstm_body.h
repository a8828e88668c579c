/* Body of every tc_dynamic_lstm_f32w*: included by one file per weight format, which defines TC_FUNCTION, TC_RECURRENT
 * (its parameters) and, before this line, add_product() of dynamic_matrix_body.h or dynamic_matrix_tpack_body.h.
 * Integers of a vector lie behind the step's 4 * hidden floats. No include guard on purpose.
 */

static void sums(const TC_RECURRENT *p, const void *weights, int32_t direction, const float *x, const float *h,
                 float *work)
{
    const int32_t rows = 4 * p->shape.hidden;
    void *const spare = &work[rows];
    (void)weights;
    (void)memcpy(work, &p->bias[direction * rows], (size_t)rows * sizeof(float));
    add_product(&p->w, direction * rows, rows, x, work, spare);
    add_product(&p->r, direction * rows, rows, h, work, spare);
}

#define TC_PARAMS TC_RECURRENT
#define TC_WEIGHTS void
#define TC_SUMS sums
#define TC_PEEPHOLE(p, weights, direction, gate, i, cell) 0.0f
#define TC_COUPLED(p) (0 != 0)
#define TC_ACTIVATE(p, direction, index, value) (((index) == 0) ? tc_fixed_sigmoid(value) : tc_fixed_tanh(value))
#define TC_OUT(p, direction, cell) tc_fixed_tanh(cell)
#include "tinyc/lstm_body.h"

TC_KERNEL void TC_FUNCTION(const TC_RECURRENT *p, const float *restrict x, const int32_t *restrict lengths,
                           const float *initial_h, const float *initial_c, float *restrict y, float *y_h, float *y_c,
                           void *restrict scratch)
{
    const tc_recurrent_data data = {x, lengths, initial_h, initial_c, y, y_h, y_c};
    run(p, NULL, &data, 1, scratch);
}

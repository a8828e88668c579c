#include "tinyc/matvec.h"
#include "tinyc/recurrent.h"
#include "tinyc/recurrent_activation.h"
#include "tinyc/recurrent_weights.h"

static void sums(const tc_recurrent_f32 *p, const tc_recurrent_weights *weights, int32_t direction, const float *x,
                 const float *h, float *work)
{
    const int32_t inputs = p->shape.inputs;
    const int32_t hidden = p->shape.hidden;
    const int32_t rows = 4 * hidden;
    tc_recurrent_biases(weights, direction, rows, 0, rows, 1, work);
    tc_matvec_rows(&weights->w[direction * rows * inputs], rows, inputs, x, work);
    tc_matvec_rows(&weights->r[direction * rows * hidden], rows, hidden, h, work);
}

static float peephole(const tc_recurrent_f32 *p, const tc_recurrent_weights *weights, int32_t direction, int32_t gate,
                      int32_t i, float cell)
{
    const int32_t hidden = p->shape.hidden;
    float result = 0.0f;
    if (weights->peepholes != NULL) {
        result = weights->peepholes[(((3 * direction) + gate) * hidden) + i] * cell;
    }
    return result;
}

#define TC_PARAMS tc_recurrent_f32
#define TC_WEIGHTS tc_recurrent_weights
#define TC_SUMS sums
#define TC_PEEPHOLE peephole
#define TC_COUPLED(p) ((p)->variant != 0)
#define TC_ACTIVATE(p, direction, index, value) \
    tc_recurrent_activate(&(p)->activations, (3 * (direction)) + (index), (value))
#define TC_OUT(p, direction, cell) tc_recurrent_function_of(&(p)->activations, (3 * (direction)) + 2, (cell))
#include "tinyc/lstm_body.h"

/* Computes:  i = f(Wi x + Ri h + Pi * c), k = f(Wf x + Rf h + Pf * c) or 1 - i, c' = k * c + i * g(Wc x + Rc h),
 *            o = f(Wo x + Ro h + Po * c'), h' = o * m(c') for every step, biases not shown. y the states, y_h and y_c
 *            the last state and cell.
 * Needs:     math.h.
 * Scratch:   6 * hidden floats: a state, a cell, the gates i, o, f, c.
 * Exactness: float32, one product and one sum per step, in order of the columns of W, then of R.
 * Measured:  10.2 instructions per MAC, activations included, 32 states, 12 inputs (Cortex-M4, gcc 12.2, QEMU).
 */
TC_KERNEL void tc_lstm_f32_ref(const tc_recurrent_f32 *p, const float *restrict x, const float *restrict w,
                               const float *restrict r, const float *restrict b, const int32_t *restrict lengths,
                               const float *initial_h, const float *initial_c, const float *restrict peepholes,
                               float *restrict y, float *y_h, float *y_c, void *restrict scratch)
{
    const tc_recurrent_weights weights = {w, r, b, peepholes};
    const tc_recurrent_data data = {x, lengths, initial_h, initial_c, y, y_h, y_c};
    run(p, &weights, &data, 1, scratch);
}

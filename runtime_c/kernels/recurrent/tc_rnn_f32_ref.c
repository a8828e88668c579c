#include "tinyc/matvec.h"
#include "tinyc/recurrent.h"
#include "tinyc/recurrent_activation.h"
#include "tinyc/recurrent_weights.h"

static void sums(const tc_recurrent_f32 *p, const tc_recurrent_weights *weights, int32_t direction, const float *x,
                 const float *h, float *work)
{
    const int32_t inputs = p->shape.inputs;
    const int32_t hidden = p->shape.hidden;
    tc_recurrent_biases(weights, direction, hidden, 0, hidden, 1, work);
    tc_matvec_rows(&weights->w[direction * hidden * inputs], hidden, inputs, x, work);
    tc_matvec_rows(&weights->r[direction * hidden * hidden], hidden, hidden, h, work);
}

#define TC_PARAMS tc_recurrent_f32
#define TC_WEIGHTS tc_recurrent_weights
#define TC_SUMS sums
#define TC_ACTIVATE(p, direction, value) tc_recurrent_activate(&(p)->activations, (direction), (value))
#include "tinyc/rnn_body.h"

/* Computes:  h' = f(W x + R h + biases) for every step; y the states, y_h the last one.
 * Needs:     math.h.
 * Scratch:   2 * hidden floats: a state, and the sums.
 * Exactness: float32, one product and one sum per step, in order of the columns of W, then of R.
 * Measured:  9.7 instructions per MAC, activations included, 32 states, 12 inputs (Cortex-M4, gcc 12.2, QEMU).
 */
TC_KERNEL void tc_rnn_f32_ref(const tc_recurrent_f32 *p, const float *restrict x, const float *restrict w,
                              const float *restrict r, const float *restrict b, const int32_t *restrict lengths,
                              const float *initial_h, float *restrict y, float *y_h, void *restrict scratch)
{
    const tc_recurrent_weights weights = {w, r, b, NULL};
    const tc_recurrent_data data = {x, lengths, initial_h, NULL, y, y_h, NULL};
    run(p, &weights, &data, 0, scratch);
}

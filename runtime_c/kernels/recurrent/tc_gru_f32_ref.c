#include "tinyc/matvec.h"
#include "tinyc/recurrent.h"
#include "tinyc/recurrent_activation.h"
#include "tinyc/recurrent_weights.h"

static void sums(const tc_recurrent_f32 *p, const tc_recurrent_weights *weights, int32_t direction, const float *x,
                 const float *h, float *work)
{
    const int32_t inputs = p->shape.inputs;
    const int32_t hidden = p->shape.hidden;
    const int32_t rows = 3 * hidden;
    const int32_t together = (p->variant != 0) ? 0 : 1;
    tc_recurrent_biases(weights, direction, rows, 0, 2 * hidden, 1, work);
    tc_recurrent_biases(weights, direction, rows, 2 * hidden, hidden, together, &work[2 * hidden]);
    tc_matvec_rows(&weights->w[direction * rows * inputs], rows, inputs, x, work);
    tc_matvec_rows(&weights->r[direction * rows * hidden], 2 * hidden, hidden, h, work);
}

/* Rows of gate n in r. */
static const float *memory_rows(const tc_recurrent_f32 *p, const tc_recurrent_weights *weights, int32_t direction)
{
    const int32_t hidden = p->shape.hidden;
    return &weights->r[((3 * direction) + 2) * hidden * hidden];
}

static void before_reset(const tc_recurrent_f32 *p, const tc_recurrent_weights *weights, int32_t direction,
                         const float *h, float *memory)
{
    const int32_t hidden = p->shape.hidden;
    tc_recurrent_biases(weights, direction, 3 * hidden, 5 * hidden, hidden, 0, memory);
    tc_matvec_rows(memory_rows(p, weights, direction), hidden, hidden, h, memory);
}

static void after_reset(const tc_recurrent_f32 *p, const tc_recurrent_weights *weights, int32_t direction,
                        const float *memory, float *sum)
{
    tc_matvec_rows(memory_rows(p, weights, direction), p->shape.hidden, p->shape.hidden, memory, sum);
}

#define TC_PARAMS tc_recurrent_f32
#define TC_WEIGHTS tc_recurrent_weights
#define TC_SUMS sums
#define TC_LINEAR(p) ((p)->variant != 0)
#define TC_BEFORE_RESET before_reset
#define TC_AFTER_RESET after_reset
#define TC_ACTIVATE(p, direction, index, value) \
    tc_recurrent_activate(&(p)->activations, (2 * (direction)) + (index), (value))
#include "tinyc/gru_body.h"

/* Computes:  z = f(Wz x + Rz h), r = f(Wr x + Rr h), h' = (1 - z) * g(Wn x + Rn (r * h)) + z * h for every step, biases
 *            not shown; variant: g(Wn x + r * (Rn h + its bias)). y the states, y_h the last one.
 * Needs:     math.h.
 * Scratch:   5 * hidden floats: a state, the gates z, r, n, and what n remembers.
 * Exactness: float32, one product and one sum per step, in order of the columns of W, then of R.
 * Measured:  9.2 instructions per MAC, activations included, 32 states, 12 inputs (Cortex-M4, gcc 12.2, QEMU).
 */
TC_KERNEL void tc_gru_f32_ref(const tc_recurrent_f32 *p, const float *restrict x, const float *restrict w,
                              const float *restrict r, const float *restrict b, const int32_t *restrict lengths,
                              const float *initial_h, float *restrict y, float *y_h, void *restrict scratch)
{
    const tc_recurrent_weights weights = {w, r, b, NULL};
    const tc_recurrent_data data = {x, lengths, initial_h, NULL, y, y_h, NULL};
    run(p, &weights, &data, 0, scratch);
}

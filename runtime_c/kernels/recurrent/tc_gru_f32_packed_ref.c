#include <math.h>
#include <string.h>

#include "tinyc/matvec.h"
#include "tinyc/recurrent.h"
#include "tinyc/sigmoid.h"

static void sums(const tc_recurrent_packed_f32 *p, const void *weights, int32_t direction, const float *x,
                 const float *h, float *work)
{
    const int32_t inputs = p->shape.inputs;
    const int32_t hidden = p->shape.hidden;
    const int32_t rows = 3 * hidden;
    (void)weights;
    (void)memcpy(work, &p->bias[direction * rows], (size_t)rows * sizeof(float));
    tc_matvec_packed(&p->w[direction * rows * inputs], rows, inputs, x, work);
    tc_matvec_packed(&p->r[direction * rows * hidden], 2 * hidden, hidden, h, work);
}

/* Rows of gate n in r. */
static const float *memory_rows(const tc_recurrent_packed_f32 *p, int32_t direction)
{
    return &p->r[((3 * direction) + 2) * p->shape.hidden * p->shape.hidden];
}

static void before_reset(const tc_recurrent_packed_f32 *p, const void *weights, int32_t direction, const float *h,
                         float *memory)
{
    const int32_t hidden = p->shape.hidden;
    (void)weights;
    (void)memcpy(memory, &p->reset_bias[direction * hidden], (size_t)hidden * sizeof(float));
    tc_matvec_packed(memory_rows(p, direction), hidden, hidden, h, memory);
}

static void after_reset(const tc_recurrent_packed_f32 *p, const void *weights, int32_t direction, const float *memory,
                        float *sum)
{
    (void)weights;
    tc_matvec_packed(memory_rows(p, direction), p->shape.hidden, p->shape.hidden, memory, sum);
}

#define TC_PARAMS tc_recurrent_packed_f32
#define TC_WEIGHTS void
#define TC_SUMS sums
#define TC_LINEAR(p) ((p)->reset_bias != NULL)
#define TC_BEFORE_RESET before_reset
#define TC_AFTER_RESET after_reset
#define TC_ACTIVATE(p, direction, index, value) (((index) == 0) ? tc_sigmoid(value) : tanhf(value))
#include "tinyc/gru_body.h"

/* Computes:  z = sigmoid(Wz x + Rz h), r = sigmoid(Wr x + Rr h), h' = (1 - z) * tanh(Wn x + Rn (r * h)) + z * h for
 *            every step, biases not shown; with a reset bias: tanh(Wn x + r * (Rn h + its bias)). y the states, y_h the
 *            last one.
 * Needs:     math.h.
 * Scratch:   5 * hidden floats: a state, the gates z, r, n, and what n remembers.
 * Exactness: float32, one product and one sum per step, in order of the columns of W, then of R.
 * Measured:  6.6 instructions per MAC, activations included, 32 states, 12 inputs (Cortex-M4, gcc 12.2, QEMU).
 */
TC_KERNEL void tc_gru_f32_packed_ref(const tc_recurrent_packed_f32 *p, const float *restrict x,
                                     const int32_t *restrict lengths, const float *initial_h, float *restrict y,
                                     float *y_h, void *restrict scratch)
{
    const tc_recurrent_data data = {x, lengths, initial_h, NULL, y, y_h, NULL};
    run(p, NULL, &data, 0, scratch);
}

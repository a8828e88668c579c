/* Body of every tc_lstm_f32*_ref: the including file defines TC_PARAMS, TC_WEIGHTS, TC_ACTIVATE and
 *   TC_SUMS      work [4 * hidden] = W x + R h + biases of the gates i, o, f, c
 *   TC_PEEPHOLE  what the cell adds to gate 0 (i), 1 (o) or 2 (f)
 *   TC_COUPLED   true if the forget gate is 1 - i
 *   TC_OUT       the function of the cell, which is not bounded
 * No include guard on purpose.
 */
static void step(const TC_PARAMS *p, const TC_WEIGHTS *weights, int32_t direction, const float *x, float *h, float *c,
                 float *work)
{
    const int32_t hidden = p->shape.hidden;
    TC_SUMS(p, weights, direction, x, h, work);
    for (int32_t i = 0; i < hidden; i++) {
        const float old = c[i];
        const float in = TC_ACTIVATE(p, direction, 0, work[i] + TC_PEEPHOLE(p, weights, direction, 0, i, old));
        float keep = 1.0f - in;
        if (!TC_COUPLED(p)) {
            const float sum = work[(2 * hidden) + i] + TC_PEEPHOLE(p, weights, direction, 2, i, old);
            keep = TC_ACTIVATE(p, direction, 0, sum);
        }
        const float cell = (keep * old) + (in * TC_ACTIVATE(p, direction, 1, work[(3 * hidden) + i]));
        const float sum = work[hidden + i] + TC_PEEPHOLE(p, weights, direction, 1, i, cell);
        c[i] = cell;
        h[i] = TC_ACTIVATE(p, direction, 0, sum) * TC_OUT(p, direction, cell);
    }
}

#include "tinyc/recurrent_body.h"

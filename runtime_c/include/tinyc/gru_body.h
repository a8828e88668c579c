/* Body of every tc_gru_f32*_ref: the including file defines TC_PARAMS, TC_WEIGHTS, TC_ACTIVATE and
 *   TC_SUMS          work [3 * hidden] = W x and biases, plus R h in the gates z and r
 *   TC_LINEAR        true if r multiplies Rn h and its bias, false if it multiplies h; in the first case
 *   TC_BEFORE_RESET  memory [hidden] = Rn h + its bias, in the second
 *   TC_AFTER_RESET   sum [hidden] += Rn memory
 * No include guard on purpose.
 */

/* What the state adds to gate n. */
static void recall(const TC_PARAMS *p, const TC_WEIGHTS *weights, int32_t direction, const float *h, const float *r,
                   float *sum)
{
    const int32_t hidden = p->shape.hidden;
    float *const memory = &sum[hidden];
    if (TC_LINEAR(p)) {
        TC_BEFORE_RESET(p, weights, direction, h, memory);
        for (int32_t i = 0; i < hidden; i++) {
            sum[i] += r[i] * memory[i];
        }
    } else {
        for (int32_t i = 0; i < hidden; i++) {
            memory[i] = r[i] * h[i];
        }
        TC_AFTER_RESET(p, weights, direction, memory, sum);
    }
}

static void step(const TC_PARAMS *p, const TC_WEIGHTS *weights, int32_t direction, const float *x, float *h, float *c,
                 float *work)
{
    const int32_t hidden = p->shape.hidden;
    float *const r = &work[hidden];
    float *const n = &work[2 * hidden];
    (void)c;
    TC_SUMS(p, weights, direction, x, h, work);
    for (int32_t i = 0; i < (2 * hidden); i++) {
        work[i] = TC_ACTIVATE(p, direction, 0, work[i]);
    }
    recall(p, weights, direction, h, r, n);
    for (int32_t i = 0; i < hidden; i++) {
        const float z = work[i];
        h[i] = ((1.0f - z) * TC_ACTIVATE(p, direction, 1, n[i])) + (z * h[i]);
    }
}

#include "tinyc/recurrent_body.h"

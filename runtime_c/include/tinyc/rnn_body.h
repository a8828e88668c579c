/* Body of every tc_rnn_f32*_ref: the including file defines TC_PARAMS, TC_WEIGHTS, TC_SUMS, which puts W x + R h and
 * the biases into `work`, and TC_ACTIVATE. No include guard on purpose.
 */
static void step(const TC_PARAMS *p, const TC_WEIGHTS *weights, int32_t direction, const float *x, float *h, float *c,
                 float *work)
{
    (void)c;
    TC_SUMS(p, weights, direction, x, h, work);
    for (int32_t i = 0; i < p->shape.hidden; i++) {
        h[i] = TC_ACTIVATE(p, direction, work[i]);
    }
}

#include "tinyc/recurrent_body.h"

#include "tinyc/dense_scalar.h"

/* Inputs without sign, zeros behind them; returns their sum. */
static uint32_t lift(const int8_t *restrict x, int32_t count, uint8_t *restrict lifted)
{
    uint32_t sum = 0u;
    for (int32_t k = 0; k < count; k++) {
        const uint8_t value = (uint8_t)((uint8_t)x[k] ^ 0x80u);
        lifted[k] = value;
        sum += value;
    }
    for (int32_t k = count; (k % TC_DENSE_UNIT) != 0; k++) {
        lifted[k] = 0u;
    }
    return sum;
}

/* Computes:  as tc_dense_s8_ref; eight channels at a time.
 * Needs:     nothing; made for cores without SMLAD.
 * Scratch:   in_features bytes, filled up to a multiple of 8: the inputs without sign.
 * Exactness: equal to tc_dense_s8_ref; intermediate sums wrap.
 * Measured:  tinyc profile, 640 to 128, instructions per MAC, before (tc_dense_s8_ref) and after: Cortex-M0 8.2 and 3.4,
 *            Cortex-M3 6.1 and 2.3.
 */
TC_KERNEL void tc_dense_s8_scalar(const tc_dense_s8_bytes *restrict p, const int8_t *x, int8_t *y,
                                  void *scratch)
{
    const int32_t inputs = ((p->in_features + TC_DENSE_UNIT - 1) / TC_DENSE_UNIT) * TC_DENSE_UNIT;
    uint8_t *const lifted = scratch;
    for (int32_t row = 0; row < p->rows; row++) {
        const uint32_t offset = 128u * lift(x, p->in_features, lifted);
        const int32_t *q = p->constants;
        for (int32_t first = 0; first < p->out_features; first += 8) {
            const int32_t count = tc_min_i32(p->out_features - first, 8);
            const int32_t *weights = &p->weights[(first / 4) * inputs];
            int32_t sums[8] = {0};
            const tc_dense_run run = {{weights, (count > 4) ? &weights[inputs] : weights}, lifted, &lifted[inputs], sums};
            tc_dense_eight(&run);
            for (int32_t i = 0; i < count; i++) {
                const int32_t acc = (int32_t)((uint32_t)sums[i] + (uint32_t)q[0] - offset);
                y[first + i] = tc_requantize_scalar(acc, q[1], q[2], q[3]);
                q += TC_DENSE_CONSTANTS;
            }
        }
        tc_narrow_scalar(y, p->out_features, p->low, p->high);
        x += p->in_features;
        y += p->out_features;
    }
}

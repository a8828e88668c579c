#include "tinyc/quantize.h"

/* Computes:  y = saturate(round_half_even(x / scale) + zero_point); NaN gives the zero point.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: ONNX QuantizeLinear bit for bit, with the quotient in float32.
 */
TC_KERNEL void tc_quantize_f32_s8_ref(const tc_quantize *restrict p, const float *x, int8_t *y)
{
    for (int32_t run = 0; run < (p->outer * p->channels); run++) {
        const float scale = p->scale[run % p->channels];
        const int32_t zero_point = p->zero_point[run % p->channels];
        for (int32_t i = 0; i < p->inner; i++) {
            const int32_t steps = tc_round_even(x[i] / scale);
            y[i] = (int8_t)tc_clamp_i32(steps + zero_point, INT8_MIN, INT8_MAX);
        }
        x += p->inner;
        y += p->inner;
    }
}

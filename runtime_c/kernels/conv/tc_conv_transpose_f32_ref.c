#include "tinyc/conv_nd.h"

#define TC_ELEMENT float
#define TC_WEIGHT float
#define TC_SUM float
#define TC_SOURCE tc_conv_transpose_source
#include "tinyc/conv_nd_body.h"

/* Computes:  y[...][m] = clamp(bias[m] + sum of x * weights[m] over the taps that lead to this place).
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32, one sum per tap, then over taps.
 */
TC_KERNEL void tc_conv_transpose_f32_ref(const tc_conv_nd_f32 *p, const float *restrict x, const float *restrict weights,
                               const float *restrict bias, float *restrict y)
{
    const tc_conv_nd_shape *s = &p->shape;
    const int32_t count = output_count(s);
    for (int32_t i = 0; i < count; i++) {
        const float start = (bias != NULL) ? bias[i % s->out_channels] : 0.0f;
        y[i] = tc_clamp_f32(start + output_sum(s, x, weights, i, 0.0f), p->low, p->high);
    }
}

#include "tinyc/conv_nd.h"
#include "tinyc/requant.h"

#define TC_ELEMENT int8_t
#define TC_WEIGHT int8_t
#define TC_SUM int32_t
#define TC_SOURCE tc_conv_transpose_source
#include "tinyc/conv_nd_body.h"

/* Computes:  y[...][m] = requantised(bias[m] + sum of x * weights[m] over the taps that lead to this place).
 * Needs:     accumulators below 2^31, which the compiler proves.
 * Scratch:   none.
 * Exactness: exact int32 sum, one rounding.
 */
TC_KERNEL void tc_conv_transpose_s8_ref(const tc_conv_nd_s8 *p, const int8_t *restrict x, int8_t *restrict y)
{
    const tc_conv_nd_shape *s = &p->shape;
    const int32_t count = output_count(s);
    for (int32_t i = 0; i < count; i++) {
        const int32_t m = i % s->out_channels;
        const int32_t acc = p->bias[m] + output_sum(s, x, p->weights, i, p->in_zero_point);
        y[i] = (int8_t)tc_requantize(acc, p->multiplier[m], p->shift[m], p->out_zero_point, p->low, p->high);
    }
}

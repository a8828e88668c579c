#include "tinyc/conv_nd.h"
#include "tinyc/requant.h"

#define TC_ELEMENT int16_t
#define TC_WEIGHT int8_t
#define TC_SUM int64_t
#define TC_FACTOR int32_t
#define TC_SOURCE tc_conv_source
#include "tinyc/conv_nd_body.h"

/* Computes:  y[...][m] = requantised(bias[m] + sum over taps and channels of x * weights[m]).
 * Needs:     accumulators below 2^47, which the compiler proves.
 * Scratch:   none.
 * Exactness: exact int64 sum, one rounding.
 */
TC_KERNEL void tc_conv_nd_s16_ref(const tc_conv_nd_s8 *p, const int16_t *restrict x, int16_t *restrict y)
{
    const tc_conv_nd_shape *s = &p->shape;
    const int32_t count = output_count(s);
    for (int32_t i = 0; i < count; i++) {
        const int32_t m = i % s->out_channels;
        const int64_t acc = p->bias[m] + output_sum(s, x, p->weights, i, p->in_zero_point);
        y[i] = (int16_t)tc_requantize_wide(acc, p->multiplier[m], p->shift[m], p->out_zero_point, p->low, p->high);
    }
}

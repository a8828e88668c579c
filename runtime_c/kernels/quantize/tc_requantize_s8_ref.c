#include "tinyc/quantize.h"
#include "tinyc/requant.h"

/* Computes:  y = requantize(x - in_zero_point): the same real number at another scale and zero point.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: the definition; numpy's meaning bit for bit.
 */
TC_KERNEL void tc_requantize_s8_ref(const tc_requantize_s8 *restrict p, const int8_t *x, int8_t *y)
{
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t centred = x[i] - p->in_zero_point;
        y[i] = (int8_t)tc_requantize(centred, p->multiplier, p->shift, p->out_zero_point, INT8_MIN, INT8_MAX);
    }
}

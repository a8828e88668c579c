#include "tinyc/quantize.h"
#include "tinyc/requant.h"

/* Computes:  y = requantize(x - in_zero_point): the same real number at another scale and zero point, within bounds.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: the definition; numpy's meaning bit for bit.
 */
TC_KERNEL void tc_rescale_s8_s16_ref(const tc_rescale *restrict p, const int8_t *x, int16_t *y)
{
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t centred = x[i] - p->in_zero_point;
        y[i] = (int16_t)tc_requantize(centred, p->multiplier, p->shift, p->out_zero_point, p->low, p->high);
    }
}

#include "tinyc/quantize.h"

/* Computes:  the same quantised number in s8: values and zero point move by 128.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_KERNEL void tc_recentre_u8_s8_ref(const tc_recentre *restrict p, const uint8_t *x, int8_t *y)
{
    for (int32_t i = 0; i < p->count; i++) {
        y[i] = (int8_t)((int32_t)x[i] - 128);
    }
}

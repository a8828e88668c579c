#include "tinyc/quantize.h"

/* Computes:  the same quantised number in u8: values and zero point move by 128.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_KERNEL void tc_recentre_s8_u8_ref(const tc_recentre *restrict p, const int8_t *x, uint8_t *y)
{
    for (int32_t i = 0; i < p->count; i++) {
        y[i] = (uint8_t)((int32_t)x[i] + 128);
    }
}

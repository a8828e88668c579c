#include "tinyc/pool_parts.h"

/* Computes:  maximum of each channel over an image that comes in parts, one call for each; y is written by the last.
 * Needs:     nothing.
 * Scratch:   channels bytes: the maxima. They stay from call to call.
 * Exactness: exact.
 */
TC_KERNEL void tc_max_parts_s8_ref(const tc_pool_part *restrict p, const int8_t *restrict x, int8_t *restrict y,
                                   void *restrict scratch)
{
    int8_t *const most = (int8_t *)scratch;
    for (int32_t c = 0; c < p->channels; c++) {
        int8_t best = (p->is_first != 0) ? INT8_MIN : most[c];
        for (int32_t i = 0; i < p->pixels; i++) {
            const int8_t value = x[(i * p->channels) + c];
            best = (value > best) ? value : best;
        }
        most[c] = best;
        if (p->is_last != 0) {
            y[c] = best;
        }
    }
}

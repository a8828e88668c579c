#include "tinyc/pool_parts.h"
#include "tinyc/simd.h"

/* Computes:  as tc_max_parts_s8_ref for a multiple of 4 channels, four at a time.
 * Needs:     DSP.
 * Scratch:   channels bytes: the maxima. They stay from call to call.
 * Exactness: exact.
 */
TC_KERNEL void tc_max_parts_s8_dsp(const tc_pool_part *restrict p, const int8_t *restrict x, int8_t *restrict y,
                                   void *restrict scratch)
{
    int8_t *const most = (int8_t *)scratch;
    for (int32_t c = 0; c < p->channels; c += 4) {
        const int8_t *from = &x[c];
        uint32_t best = (p->is_first != 0) ? 0x80808080u : tc_load4(&most[c]);
        for (int32_t i = 0; i < p->pixels; i++) {
            best = tc_max4(best, tc_load4(from));
            from += p->channels;
        }
        tc_store4(&most[c], best);
        if (p->is_last != 0) {
            tc_store4(&y[c], best);
        }
    }
}

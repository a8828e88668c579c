#include "tinyc/channel_sums.h"
#include "tinyc/pool_parts.h"
#include "tinyc/requant.h"

/* Computes:  as tc_average_parts_s8_ref for a multiple of 4 channels, four at a time.
 * Needs:     DSP.
 * Scratch:   channels int32: the sums. They stay from call to call.
 * Exactness: equal to tc_average_parts_s8_ref.
 */
TC_KERNEL void tc_average_parts_s8_dsp(const tc_average_parts_s8 *restrict p, const int8_t *restrict x,
                                       int8_t *restrict y, void *restrict scratch)
{
    const int32_t channels = p->part.channels;
    int32_t *const sums = (int32_t *)scratch;
    for (int32_t c = 0; (p->part.is_first != 0) && (c < channels); c++) {
        sums[c] = p->start;
    }
    for (int32_t c = 0; c < channels; c += 4) {
        tc_add_pixels(&x[c], channels, p->part.pixels, &sums[c]);
    }
    for (int32_t c = 0; (p->part.is_last != 0) && (c < channels); c++) {
        y[c] = (int8_t)tc_requantize(sums[c], p->multiplier, p->shift, p->out_zero_point, p->low, p->high);
    }
}

#include "tinyc/pool_parts.h"
#include "tinyc/requant.h"

/* Computes:  average of each channel over an image that comes in parts, one call for each; y is written by the last.
 * Needs:     nothing.
 * Scratch:   channels int32: the sums. They stay from call to call.
 * Exactness: exact sums, one requantisation: equal to tc_average_pool_s8_ref of the whole image.
 */
TC_KERNEL void tc_average_parts_s8_ref(const tc_average_parts_s8 *restrict p, const int8_t *restrict x,
                                       int8_t *restrict y, void *restrict scratch)
{
    const int32_t channels = p->part.channels;
    int32_t *const sums = (int32_t *)scratch;
    for (int32_t c = 0; c < channels; c++) {
        int32_t sum = (p->part.is_first != 0) ? p->start : sums[c];
        for (int32_t i = 0; i < p->part.pixels; i++) {
            sum += x[(i * channels) + c];
        }
        sums[c] = sum;
        if (p->part.is_last != 0) {
            y[c] = (int8_t)tc_requantize(sum, p->multiplier, p->shift, p->out_zero_point, p->low, p->high);
        }
    }
}

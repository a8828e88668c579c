#include "tinyc/pool_parts.h"

/* Computes:  average of each channel over an image that comes in parts, one call for each; y is written by the last.
 * Needs:     nothing.
 * Scratch:   channels float: the sums. They stay from call to call.
 * Exactness: float32, the sums and the division of tc_average_pool_f32_ref in its order.
 */
TC_KERNEL void tc_average_parts_f32_ref(const tc_average_parts_f32 *restrict p, const float *restrict x,
                                        float *restrict y, void *restrict scratch)
{
    const int32_t channels = p->part.channels;
    float *const sums = (float *)scratch;
    for (int32_t c = 0; c < channels; c++) {
        float sum = (p->part.is_first != 0) ? 0.0f : sums[c];
        for (int32_t i = 0; i < p->part.pixels; i++) {
            sum += x[(i * channels) + c];
        }
        sums[c] = sum;
        if (p->part.is_last != 0) {
            y[c] = tc_clamp_f32(sum / p->count, p->low, p->high);
        }
    }
}

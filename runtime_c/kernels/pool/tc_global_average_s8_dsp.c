#include "tinyc/pool_dsp.h"
#include "tinyc/requant.h"
#include "tinyc/simd.h"

/* Pixels whose sums are sure to fit int16: 255 * 128 < 2^15. */
#define PIXELS_AT_ONCE 255

static inline int32_t low_half(uint32_t halves)
{
    return (int16_t)(uint16_t)(halves & 0xFFFFu);
}

static inline int32_t high_half(uint32_t halves)
{
    return (int16_t)(uint16_t)(halves >> 16);
}

/* Adds the pixels of four channels to their sums. */
static void add_pixels(const int8_t *x, int32_t step, int32_t pixels, int32_t sums[4])
{
    for (int32_t done = 0; done < pixels; done += PIXELS_AT_ONCE) {
        const int32_t count = tc_min_i32(PIXELS_AT_ONCE, pixels - done);
        uint32_t even = 0;
        uint32_t odd = 0;
        for (int32_t i = 0; i < count; i++) {
            const uint32_t bytes = tc_load4(x);
            even = tc_sxtab16(even, bytes);
            odd = tc_sxtab16_ror8(odd, bytes);
            x += step;
        }
        sums[0] += low_half(even);
        sums[1] += low_half(odd);
        sums[2] += high_half(even);
        sums[3] += high_half(odd);
    }
}

/* Computes:  as tc_average_pool_s8_ref for windows that are whole images, four channels at a time.
 * Needs:     DSP.
 * Scratch:   none.
 * Exactness: equal to tc_average_pool_s8_ref.
 * Measured:  Cortex-M4, tinyc profile, 125 pixels of 64 channels: 3.0 model cycles per input;
 *            tc_average_pool_s8_ref 12.9.
 */
TC_KERNEL void tc_global_average_s8_dsp(const tc_global_average_s8 *restrict p, const int8_t *x, int8_t *y)
{
    for (int32_t image = 0; image < p->batch; image++) {
        for (int32_t c = 0; c < p->channels; c += 4) {
            const int32_t first = tc_min_i32(c, p->channels - 4); /* the last four channels may overlap */
            int32_t sums[4] = {p->start, p->start, p->start, p->start};
            add_pixels(&x[first], p->channels, p->pixels, sums);
            for (int32_t i = 0; i < 4; i++) {
                y[first + i] =
                    (int8_t)tc_requantize(sums[i], p->multiplier, p->shift, p->out_zero_point, p->low, p->high);
            }
        }
        x += p->pixels * p->channels;
        y += p->channels;
    }
}

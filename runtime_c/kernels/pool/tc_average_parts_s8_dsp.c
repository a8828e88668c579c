#include "tinyc/pool_parts.h"
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
static inline void add_pixels(const int8_t *x, int32_t step, int32_t pixels, int32_t sums[4])
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
        add_pixels(&x[c], channels, p->part.pixels, &sums[c]);
    }
    for (int32_t c = 0; (p->part.is_last != 0) && (c < channels); c++) {
        y[c] = (int8_t)tc_requantize(sums[c], p->multiplier, p->shift, p->out_zero_point, p->low, p->high);
    }
}

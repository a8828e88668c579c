/* Sums of int8 over the pixels of an image, four channels at a time, for cores with DSP. */
#ifndef TINYC_CHANNEL_SUMS_H
#define TINYC_CHANNEL_SUMS_H

#include "tinyc/simd.h"

#define TC_PIXELS_AT_ONCE 255 /* whose sums are sure to fit int16: 255 * 128 < 2^15 */

/* Adds bytes 0 to 3 of words that lie `step` bytes apart to their sums. */
static inline void tc_add_pixels(const int8_t *x, int32_t step, int32_t pixels, int32_t sums[4])
{
    for (int32_t done = 0; done < pixels; done += TC_PIXELS_AT_ONCE) {
        const int32_t count = tc_min_i32(TC_PIXELS_AT_ONCE, pixels - done);
        uint32_t even = 0;
        uint32_t odd = 0;
        for (int32_t i = 0; i < count; i++) {
            const uint32_t bytes = tc_load4(x);
            even = tc_sxtab16(even, bytes);
            odd = tc_sxtab16_ror8(odd, bytes);
            x += step;
        }
        sums[0] += tc_low_half(even);
        sums[1] += tc_low_half(odd);
        sums[2] += tc_high_half(even);
        sums[3] += tc_high_half(odd);
    }
}

#endif

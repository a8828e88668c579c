/* All channels of four pixels from their columns, by weights of nm.h. For each input two words of two pixels. */
#ifndef TINYC_NM_FOUR_H
#define TINYC_NM_FOUR_H

#include "tinyc/nm.h"
#include "tinyc/requant_four.h"
#include "tinyc/simd.h"

#include <string.h>

#define TC_NM_CHANNELS 8 /* at a time */

/* x of two pixels in a word: side by side for SMLABB, else added. */
static inline uint32_t tc_nm_pair(int32_t x0, int32_t x1)
{
#ifdef TC_SIMD_ARM
    return tc_pkhbt((uint32_t)x0, (uint32_t)x1);
#else
    return (uint32_t)x0 + ((uint32_t)x1 << 16);
#endif
}

/* The columns of an input; one address for all that is loaded from there. */
static inline const uint32_t *tc_nm_at(const uint32_t *columns, uint32_t place)
{
    const uint32_t *at = &columns[2u * place];
#ifdef TC_SIMD_ARM
    __asm__("" : "+r"(at));
#endif
    return at;
}

#define TC_N 1
#define TC_M 4
#define TC_FUNCTION tc_nm_four_1_4
#include "tinyc/nm_four_body.h"
#undef TC_FUNCTION
#undef TC_N
#define TC_N 2
#define TC_FUNCTION tc_nm_four_2_4
#include "tinyc/nm_four_body.h"
#undef TC_FUNCTION
#undef TC_M
#define TC_M 8
#define TC_FUNCTION tc_nm_four_2_8
#include "tinyc/nm_four_body.h"
#undef TC_FUNCTION
#undef TC_N
#define TC_N 1
#define TC_FUNCTION tc_nm_four_1_8
#include "tinyc/nm_four_body.h"
#undef TC_FUNCTION
#undef TC_N
#define TC_N 4
#define TC_FUNCTION tc_nm_four_4_8
#include "tinyc/nm_four_body.h"
#undef TC_FUNCTION
#undef TC_N
#undef TC_M

typedef void (*tc_nm_four)(const int8_t *unit, const uint32_t *columns, int32_t units, int32_t bias, int32_t *sums);

static inline tc_nm_four tc_nm_four_of(int32_t n, int32_t m)
{
    if (m == 4) {
        return (n == 1) ? tc_nm_four_1_4 : tc_nm_four_2_4;
    }
    if (n == 4) {
        return tc_nm_four_4_8;
    }
    return (n == 1) ? tc_nm_four_1_8 : tc_nm_four_2_8;
}

/* All channels of `count` pixels, at most four. */
static inline void tc_nm_pixels(const tc_conv2d_s8_nm_four *p, const uint32_t *columns, int32_t count, int8_t *y)
{
    int32_t sums[4 * TC_NM_CHANNELS];
    int8_t few[4 * TC_NM_CHANNELS];
    const tc_nm_four four_of = tc_nm_four_of(p->n, p->m);
    const int32_t bytes = p->units * ((p->m == 4) ? 5 : 6);
    const int32_t channels = p->shape.out_channels;
    for (int32_t first = 0; first < channels; first += TC_NM_CHANNELS) {
        const int32_t block = tc_min_i32(channels - first, TC_NM_CHANNELS);
        const int32_t *const constants = &p->constants[4 * first];
        for (int32_t c = 0; c < block; c++) {
            four_of(&p->stream[(first + c) * bytes], columns, p->units, constants[4 * c], &sums[4 * c]);
        }
        tc_four_run run = {sums, &constants[1], 16, &y[first], channels, block};
        if (count < 4) {
            run.y = few;
            run.step = TC_NM_CHANNELS;
        }
        tc_requantize_four(&run);
        for (int32_t i = 0; (count < 4) && (i < count); i++) {
            (void)memcpy(&y[(i * channels) + first], &few[i * TC_NM_CHANNELS], (size_t)block);
        }
    }
}

#endif

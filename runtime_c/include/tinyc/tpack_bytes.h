/* Bytes of up to four channels to T-pack. */
#ifndef TINYC_TPACK_BYTES_H
#define TINYC_TPACK_BYTES_H

#include "tinyc/channel_sums.h"
#include "tinyc/tpack.h"

/* Rows of `channels` bytes to rows of four, in place, with zeros; then rows of zeros up to a multiple of four. */
static inline void tc_tpack_spread(int8_t *bytes, int32_t inputs, int32_t channels)
{
    for (int32_t k = inputs - 1; (k >= 0) && (channels < 4); k--) {
        for (int32_t c = 3; c >= 0; c--) {
            bytes[(4 * k) + c] = (c < channels) ? bytes[(k * channels) + c] : (int8_t)0;
        }
    }
    (void)memset(&bytes[4 * inputs], 0, (size_t)(4 * (-inputs & 3)));
}

/* Two channels in each half: what the lower one, as a signed byte, borrows from the upper one. */
static inline uint32_t tc_tpack_halves(uint32_t bytes)
{
    return tc_ssub16(bytes, (bytes & 0x00800080u) << 1);
}

/* [inputs][4] bytes to T-pack, in place. */
static inline void tc_tpack_pack(uint32_t *words, int32_t input_quads)
{
    for (const uint32_t *const end = &words[4 * input_quads]; words != end; words = &words[4]) {
        const uint32_t a = tc_tpack_halves(words[0]);
        const uint32_t b = tc_tpack_halves(words[1]);
        const uint32_t c = tc_tpack_halves(words[2]);
        const uint32_t d = tc_tpack_halves(words[3]);
        words[0] = tc_pkhbt(a, c);
        words[1] = tc_pkhtb(a, c);
        words[2] = tc_pkhbt(b, d);
        words[3] = tc_pkhtb(b, d);
    }
}

/* The sum of all weights of each channel, from [inputs][4] bytes. */
static inline void tc_tpack_total(const int8_t *bytes, int32_t inputs, int32_t sums[4])
{
    for (int32_t c = 0; c < 4; c++) {
        sums[c] = 0;
    }
    tc_add_pixels(bytes, 4, inputs, sums);
}

#endif

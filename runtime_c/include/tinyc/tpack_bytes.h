/* Bytes of up to four channels to T-pack. */
#ifndef TINYC_TPACK_BYTES_H
#define TINYC_TPACK_BYTES_H

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
    const uint32_t borrow = (bytes & 0x00800080u) << 1;
    const uint32_t low = (bytes - (borrow & 0xFFFFu)) & 0xFFFFu;
    return ((bytes & 0xFFFF0000u) - (borrow & 0xFFFF0000u)) | low;
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

/* The sum of all weights of each channel. */
static inline void tc_tpack_total(const uint32_t *words, int32_t input_quads, int32_t sums[4])
{
    const uint32_t ones = 0x00010001u;
    int32_t t[2] = {0, 0};
    int32_t s[2] = {0, 0};
    for (const uint32_t *const end = &words[4 * input_quads]; words != end; words = &words[2]) {
        for (int32_t i = 0; i < 2; i++) {
            t[i] = tc_smlad(words[i], ones, t[i]);
            s[i] = tc_smlad(tc_sxtb16(words[i]), ones, s[i]);
        }
    }
    for (int32_t i = 0; i < 2; i++) {
        sums[2 * i] = s[i];
        sums[(2 * i) + 1] = (t[i] - s[i]) / 256;
    }
}

#endif

/* Weights of depthwise 3x3 as depthwise_3x3.h wants them, w0 w1 w1 w2 of each row, from 4 or 2 bits each: 6 or 3 bytes
 * of a channel, channel after channel, the first in the lowest bits.
 */
#ifndef TINYC_PACKED_TAPS_H
#define TINYC_PACKED_TAPS_H

#include "tinyc/kernel.h"

/* Bytes in two's complement from bytes of 0 to 2 * half - 1. */
static inline int32_t tc_signed_bytes(uint32_t bytes, uint32_t half)
{
    const uint32_t halves = 0x01010101u * half;
    return (int32_t)((((bytes ^ halves) | 0x80808080u) - halves) ^ 0x80808080u);
}

static inline const int32_t *tc_packed4_taps(const int32_t *packed, int32_t channel, int32_t words[3])
{
    const uint8_t *bytes = &((const uint8_t *)packed)[6 * channel];
    for (int32_t row = 0; row < 3; row++) {
        const uint32_t pairs = (uint32_t)bytes[2 * row] | ((uint32_t)bytes[(2 * row) + 1] << 16);
        words[row] = tc_signed_bytes((pairs | (pairs << 4)) & 0x0F0F0F0Fu, 8u);
    }
    return words;
}

static inline const int32_t *tc_packed2_taps(const int32_t *packed, int32_t channel, int32_t words[3])
{
    const uint8_t *bytes = &((const uint8_t *)packed)[3 * channel];
    for (int32_t row = 0; row < 3; row++) {
        const uint32_t pairs = ((uint32_t)bytes[row] | ((uint32_t)bytes[row] << 12)) & 0x000F000Fu;
        words[row] = tc_signed_bytes((pairs | (pairs << 6)) & 0x03030303u, 2u);
    }
    return words;
}

#endif

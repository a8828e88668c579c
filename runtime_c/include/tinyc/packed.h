/* Integers of 4 and 2 bits in bytes, the first in the lowest bits; two's complement. */
#ifndef TINYC_PACKED_H
#define TINYC_PACKED_H

#include "tinyc/kernel.h"

static inline int32_t tc_packed4(const uint8_t *packed, int32_t index)
{
    const uint32_t bits = ((uint32_t)packed[index >> 1] >> (((uint32_t)index & 1u) * 4u)) & 0xFu;
    return (int32_t)(bits ^ 8u) - 8;
}

static inline int32_t tc_packed2(const uint8_t *packed, int32_t index)
{
    const uint32_t bits = ((uint32_t)packed[index >> 2] >> (((uint32_t)index & 3u) * 2u)) & 0x3u;
    return (int32_t)(bits ^ 2u) - 2;
}

#endif

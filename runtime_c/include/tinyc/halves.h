/* The int16 that share a word. */
#ifndef TINYC_HALVES_H
#define TINYC_HALVES_H

#include "tinyc/kernel.h"

static inline int32_t tc_low_half(uint32_t word)
{
    return (int16_t)(uint16_t)(word & 0xFFFFu);
}

static inline int32_t tc_high_half(uint32_t word)
{
    return (int16_t)(uint16_t)(word >> 16);
}

#endif

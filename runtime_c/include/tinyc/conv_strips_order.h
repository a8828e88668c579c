/* The two orders of a strip (conv_strips.h): words of inputs k and k + 2, as tpack.h, or of k and k + 1. */
#ifndef TINYC_CONV_STRIPS_ORDER_H
#define TINYC_CONV_STRIPS_ORDER_H

#include "tinyc/simd.h"

static inline void tc_put_evens(uint32_t *first, uint32_t *second, uint32_t bytes)
{
    const uint32_t even = tc_sxtb16(bytes);
    const uint32_t odd = tc_sxtb16_ror8(bytes);
    first[0] = even;
    first[2] = odd;
    second[0] = even;
    second[2] = odd;
}

static inline void tc_put_neighbours(uint32_t *first, uint32_t *second, uint32_t bytes)
{
    const uint32_t even = tc_sxtb16(bytes);
    const uint32_t odd = tc_sxtb16_ror8(bytes);
    const uint32_t low = tc_pkhbt(even, odd);
    const uint32_t high = tc_pkhtb(even, odd);
    first[0] = low;
    first[2] = high;
    second[0] = low;
    second[2] = high;
}

#endif

/* The two orders of expanded inputs: words of inputs k and k + 2, as tpack.h, or of neighbours k and k + 1. */
#ifndef TINYC_TPACK_ORDER_H
#define TINYC_TPACK_ORDER_H

#include "tinyc/simd.h"

static inline uint32_t tc_low_neighbours(uint32_t bytes)
{
    return tc_pkhbt(tc_sxtb16(bytes), tc_sxtb16_ror8(bytes));
}

static inline uint32_t tc_high_neighbours(uint32_t bytes)
{
    return tc_pkhtb(tc_sxtb16(bytes), tc_sxtb16_ror8(bytes));
}

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
    const uint32_t low = tc_low_neighbours(bytes);
    const uint32_t high = tc_high_neighbours(bytes);
    first[0] = low;
    first[2] = high;
    second[0] = low;
    second[2] = high;
}

/* Columns of two pixels; returns where the next ones go. */
static inline uint32_t *tc_put2_neighbours(uint32_t *columns, uint32_t a, uint32_t b)
{
    columns[0] = tc_low_neighbours(a);
    columns[1] = tc_low_neighbours(b);
    columns[2] = tc_high_neighbours(a);
    columns[3] = tc_high_neighbours(b);
    return &columns[4];
}

/* Columns of one pixel. */
static inline uint32_t *tc_put1_neighbours(uint32_t *columns, uint32_t bytes)
{
    columns[0] = tc_low_neighbours(bytes);
    columns[1] = tc_high_neighbours(bytes);
    return &columns[2];
}

static inline uint32_t *tc_put1_evens(uint32_t *columns, uint32_t bytes)
{
    columns[0] = tc_sxtb16(bytes);
    columns[1] = tc_sxtb16_ror8(bytes);
    return &columns[2];
}

#endif

/* T-pack: products of int8 weights and int8 activations, four output channels at a time, for cores with SMLAD.
 *
 * Two channels share an int16, h = w0 + 256 * w1; a word holds h of inputs k and k + 2. SMLAD of that word sums
 * T = S0 + 256 * S1, SMLAD of its low bytes (SXTB16) sums S0; 256 * S1 = T - S0 goes to the requantisation as it is.
 * All sums wrap; exact while |S1| < 2^23, which the compiler proves.
 *
 * weights:   [channels / 4][inputs / 4][k even, k odd][channels 0 1, channels 2 3], zeros where channels or inputs end
 * columns:   [inputs / 4][k even, k odd][pixel], words of inputs k and k + 2 as int16
 * constants: [channels / 4][16]: tpack_4x1.h, tpack_4x2.h
 */
#ifndef TINYC_TPACK_H
#define TINYC_TPACK_H

#include "tinyc/requant_dsp.h"

#define TC_TPACK_CONSTANTS 16
#define TC_TPACK_SHARED 12 /* of tpack_4x2.h, where all channels share a shift */

/* What a shared shift of all channels is; those of odd channels, whose sums come times 256, are 8 more. */
#define TC_TPACK_SHIFT 4

static inline int32_t tc_tpack_quads(int32_t count)
{
    return (count + 3) / 4;
}

/* Bytes of code before the entry into a loop over `unrolled` of `units` units. */
static inline int32_t tc_tpack_skip(int32_t units, int32_t unrolled, int32_t unit_bytes)
{
    return ((unrolled - (units % unrolled)) % unrolled) * unit_bytes;
}

static inline uint32_t *tc_tpack_put2(uint32_t *columns, uint32_t a, uint32_t b)
{
    columns[0] = tc_sxtb16(a);
    columns[1] = tc_sxtb16(b);
    columns[2] = tc_sxtb16_ror8(a);
    columns[3] = tc_sxtb16_ror8(b);
    return &columns[4];
}

/* Columns of two pixels from `count` inputs each; returns where the next ones go. */
static inline uint32_t *tc_tpack_expand2(uint32_t *columns, const int8_t *a, const int8_t *b, int32_t count)
{
    const int32_t whole = count & ~3;
    int32_t i = 0;
    for (; i < (count & ~7); i += 8) {
        const uint32_t a0 = tc_load4(&a[i]);
        const uint32_t a1 = tc_load4(&a[i + 4]);
        const uint32_t b0 = tc_load4(&b[i]);
        const uint32_t b1 = tc_load4(&b[i + 4]);
        columns = tc_tpack_put2(tc_tpack_put2(columns, a0, b0), a1, b1);
    }
    if (i < whole) {
        columns = tc_tpack_put2(columns, tc_load4(&a[i]), tc_load4(&b[i]));
    }
    if (whole < count) {
        const uint32_t last = tc_load_tail(&a[whole], count - whole);
        columns = tc_tpack_put2(columns, last, tc_load_tail(&b[whole], count - whole));
    }
    return columns;
}

#endif

/* Products of small weights and int16, two output channels at a time, for cores with SMLAD.
 *
 * A word holds 8 weights of 4 bits or 16 of 2 bits, the first in the lowest bits, each with 8 or 2 added so that none
 * is negative; the sums contain this offset times the sum of the inputs. weights: [words][2 channels]; x: words of
 * inputs j and j + 4 (or 8) as int16, lower half first. `words` is at least 1.
 */
#ifndef TINYC_OFFSET_DOT_H
#define TINYC_OFFSET_DOT_H

#include "tinyc/simd.h"

#ifdef TC_SIMD_ARM

/* 28 cycles for 16 products. */
static inline void tc_offset_dot_w4(const uint32_t *weights, const uint32_t *x, int32_t words, int32_t *sums)
{
    const uint32_t *const end = &weights[2 * words];
    const uint32_t mask = 0x000F000Fu;
    int32_t a = 0;
    int32_t b = 0;
    uint32_t wa, wb, xa, xb, t;
    __asm__ volatile(
        "1: ldr %[wa], [%[w]], #4\n ldr %[wb], [%[w]], #4\n ldr %[xa], [%[x]], #4\n ldr %[xb], [%[x]], #4\n"
        "and.w %[t], %[mask], %[wa]\n smlad %[a], %[t], %[xa], %[a]\n "
        "and.w %[t], %[mask], %[wb]\n smlad %[b], %[t], %[xa], %[b]\n"
        "and.w %[t], %[mask], %[wa], lsr #4\n smlad %[a], %[t], %[xb], %[a]\n "
        "and.w %[t], %[mask], %[wb], lsr #4\n smlad %[b], %[t], %[xb], %[b]\n"
        "ldr %[xa], [%[x]], #4\n ldr %[xb], [%[x]], #4\n"
        "and.w %[t], %[mask], %[wa], lsr #8\n smlad %[a], %[t], %[xa], %[a]\n "
        "and.w %[t], %[mask], %[wb], lsr #8\n smlad %[b], %[t], %[xa], %[b]\n"
        "and.w %[t], %[mask], %[wa], lsr #12\n smlad %[a], %[t], %[xb], %[a]\n "
        "and.w %[t], %[mask], %[wb], lsr #12\n smlad %[b], %[t], %[xb], %[b]\n"
        "cmp %[w], %[end]\n bne 1b\n"
        : [w] "+r"(weights), [x] "+r"(x), [a] "+r"(a), [b] "+r"(b), [wa] "=&r"(wa), [wb] "=&r"(wb), [xa] "=&r"(xa),
          [xb] "=&r"(xb), [t] "=&r"(t)
        : [mask] "r"(mask), [end] "r"(end)
        : "cc", "memory");
    sums[0] = a;
    sums[1] = b;
}

/* 50 cycles for 32 products. */
static inline void tc_offset_dot_w2(const uint32_t *weights, const uint32_t *x, int32_t words, int32_t *sums)
{
    const uint32_t *const end = &weights[2 * words];
    const uint32_t mask = 0x00030003u;
    int32_t a = 0;
    int32_t b = 0;
    uint32_t wa, wb, xa, xb, t;
    __asm__ volatile(
        "1: ldr %[wa], [%[w]], #4\n ldr %[wb], [%[w]], #4\n ldr %[xa], [%[x]], #4\n ldr %[xb], [%[x]], #4\n"
        "and.w %[t], %[mask], %[wa]\n smlad %[a], %[t], %[xa], %[a]\n "
        "and.w %[t], %[mask], %[wb]\n smlad %[b], %[t], %[xa], %[b]\n"
        "and.w %[t], %[mask], %[wa], lsr #2\n smlad %[a], %[t], %[xb], %[a]\n "
        "and.w %[t], %[mask], %[wb], lsr #2\n smlad %[b], %[t], %[xb], %[b]\n"
        "ldr %[xa], [%[x]], #4\n ldr %[xb], [%[x]], #4\n"
        "and.w %[t], %[mask], %[wa], lsr #4\n smlad %[a], %[t], %[xa], %[a]\n "
        "and.w %[t], %[mask], %[wb], lsr #4\n smlad %[b], %[t], %[xa], %[b]\n"
        "and.w %[t], %[mask], %[wa], lsr #6\n smlad %[a], %[t], %[xb], %[a]\n "
        "and.w %[t], %[mask], %[wb], lsr #6\n smlad %[b], %[t], %[xb], %[b]\n"
        "ldr %[xa], [%[x]], #4\n ldr %[xb], [%[x]], #4\n"
        "and.w %[t], %[mask], %[wa], lsr #8\n smlad %[a], %[t], %[xa], %[a]\n "
        "and.w %[t], %[mask], %[wb], lsr #8\n smlad %[b], %[t], %[xa], %[b]\n"
        "and.w %[t], %[mask], %[wa], lsr #10\n smlad %[a], %[t], %[xb], %[a]\n "
        "and.w %[t], %[mask], %[wb], lsr #10\n smlad %[b], %[t], %[xb], %[b]\n"
        "ldr %[xa], [%[x]], #4\n ldr %[xb], [%[x]], #4\n"
        "and.w %[t], %[mask], %[wa], lsr #12\n smlad %[a], %[t], %[xa], %[a]\n "
        "and.w %[t], %[mask], %[wb], lsr #12\n smlad %[b], %[t], %[xa], %[b]\n"
        "and.w %[t], %[mask], %[wa], lsr #14\n smlad %[a], %[t], %[xb], %[a]\n "
        "and.w %[t], %[mask], %[wb], lsr #14\n smlad %[b], %[t], %[xb], %[b]\n"
        "cmp %[w], %[end]\n bne 1b\n"
        : [w] "+r"(weights), [x] "+r"(x), [a] "+r"(a), [b] "+r"(b), [wa] "=&r"(wa), [wb] "=&r"(wb), [xa] "=&r"(xa),
          [xb] "=&r"(xb), [t] "=&r"(t)
        : [mask] "r"(mask), [end] "r"(end)
        : "cc", "memory");
    sums[0] = a;
    sums[1] = b;
}

#else

static inline void tc_offset_dot(const uint32_t *weights, const uint32_t *x, int32_t words, int32_t *sums,
                                 uint32_t mask, uint32_t bits)
{
    sums[0] = 0;
    sums[1] = 0;
    for (int32_t i = 0; i < words; i++) {
        for (uint32_t shift = 0; shift < 16u; shift += bits) {
            sums[0] = tc_smlad((weights[2 * i] >> shift) & mask, *x, sums[0]);
            sums[1] = tc_smlad((weights[(2 * i) + 1] >> shift) & mask, *x, sums[1]);
            x++;
        }
    }
}

static inline void tc_offset_dot_w4(const uint32_t *weights, const uint32_t *x, int32_t words, int32_t *sums)
{
    tc_offset_dot(weights, x, words, sums, 0x000F000Fu, 4u);
}

static inline void tc_offset_dot_w2(const uint32_t *weights, const uint32_t *x, int32_t words, int32_t *sums)
{
    tc_offset_dot(weights, x, words, sums, 0x00030003u, 2u);
}

#endif

#endif

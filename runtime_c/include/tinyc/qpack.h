/* Q-pack: products of weights of 4 or 2 bits and int8 activations, four output channels at a time, for cores with
 * SMLAD.
 *
 * Four channels share a field of h = u0 + B * u1 + B^2 * u2 + B^3 * w3, where B = 16 or 4 and u = w + B / 2, so that
 * the lower three are not negative. SMLAD of h sums P3; masks leave three, two and one channels, whose SMLAD sums are
 * P2, P1 and P0. Differences of neighbours are the channels' sums, times a power of two that the requantisation takes
 * back. u instead of w adds B / 2 times the sum of the activations, which each pixel brings along.
 * All sums wrap; exact while the channels' shifted sums fit int32, which the compiler proves.
 *
 * weights: for each four channels int32 P3, P2, P1, P0 to start from; then [inputs / 4] words, then multiplier, offset
 *          and shift of each channel. Four inputs k take, with 4 bits, two words: h of k and k + 2, of k + 1 and k + 3,
 *          16 bits each; with 2 bits one word: bytes h of k, k + 1, k + 2, k + 3.
 * columns: [inputs / 4][k even, k odd][pixel], words of inputs k and k + 2 as int16
 */
#ifndef TINYC_QPACK_H
#define TINYC_QPACK_H

#include "tinyc/requant_dsp.h"

#define TC_QPACK_UNROLLED 8
#define TC_QPACK_START 4
#define TC_QPACK_REQUANT 12
#define TC_QPACK_ONES 0x00010001u

#if defined(__GNUC__)
#define TC_QPACK_OUTLINE __attribute__((noinline))
#else
#define TC_QPACK_OUTLINE
#endif

/* One run over all channels of a block, in the order in which the assembly copies it. */
typedef struct {
    const uint32_t *columns;
    int32_t skip; /* bytes of code before the entry into the unrolled loop */
    int8_t *y0;   /* outputs of the first pixel */
    int8_t *y1;   /* outputs of the second pixel */
    int32_t sum0; /* of the first pixel's activations, times TC_QPACK4_SUM or TC_QPACK2_SUM */
    int32_t sum1;
    const int32_t *weights_end;
    const uint32_t *columns_end;
    const int32_t *weights;
} tc_qpack;

#ifdef TC_SIMD_ARM
_Static_assert(offsetof(tc_qpack, weights) == 32u, "the assembly copies nine words");
#endif

static inline int32_t tc_qpack_skip(int32_t input_quads, int32_t unit_bytes)
{
    return ((TC_QPACK_UNROLLED - (input_quads % TC_QPACK_UNROLLED)) % TC_QPACK_UNROLLED) * unit_bytes;
}

/* The part of sums over a pixel's activations that stems from u = w + B / 2, as the block wants it. */
static inline int32_t tc_qpack_times(int32_t sum, int32_t factor)
{
    return (int32_t)((uint32_t)sum * (uint32_t)factor);
}

/* Columns under construction: where the next words go, and the sums so far. */
typedef struct {
    uint32_t *next;
    int32_t sum0;
    int32_t sum1;
} tc_qpack_columns;

static inline void tc_qpack_put1(tc_qpack_columns *c, uint32_t a)
{
    const uint32_t even = tc_sxtb16(a);
    const uint32_t odd = tc_sxtb16_ror8(a);
    c->next[0] = even;
    c->next[1] = odd;
    c->sum0 = tc_smlad(odd, TC_QPACK_ONES, tc_smlad(even, TC_QPACK_ONES, c->sum0));
    c->next = &c->next[2];
}

static inline void tc_qpack_put2(tc_qpack_columns *c, uint32_t a, uint32_t b)
{
    const uint32_t even0 = tc_sxtb16(a);
    const uint32_t even1 = tc_sxtb16(b);
    const uint32_t odd0 = tc_sxtb16_ror8(a);
    const uint32_t odd1 = tc_sxtb16_ror8(b);
    c->next[0] = even0;
    c->next[1] = even1;
    c->next[2] = odd0;
    c->next[3] = odd1;
    c->sum0 = tc_smlad(odd0, TC_QPACK_ONES, tc_smlad(even0, TC_QPACK_ONES, c->sum0));
    c->sum1 = tc_smlad(odd1, TC_QPACK_ONES, tc_smlad(even1, TC_QPACK_ONES, c->sum1));
    c->next = &c->next[4];
}

/* Adds `count` inputs of one pixel; fills up to four with zeros. */
static inline void tc_qpack_expand1(tc_qpack_columns *columns, const int8_t *a, int32_t count)
{
    const int8_t *const end = &a[count & ~3];
    tc_qpack_columns c = *columns;
    for (; a != end; a = &a[4]) {
        tc_qpack_put1(&c, tc_load4(a));
    }
    if ((count & 3) != 0) {
        tc_qpack_put1(&c, tc_load_tail(a, count & 3));
    }
    *columns = c;
}

/* Adds `count` inputs of each of two pixels; fills up to four with zeros. Not inline: its registers just suffice. */
TC_KERNEL TC_QPACK_OUTLINE void tc_qpack_expand2(tc_qpack_columns *columns, const int8_t *a, const int8_t *b,
                                                 int32_t count)
{
    const int8_t *const eights = &a[count & ~7];
    tc_qpack_columns c = *columns;
    for (; a != eights; a = &a[8], b = &b[8]) {
        const uint32_t words[4] = {tc_load4(a), tc_load4(&a[4]), tc_load4(b), tc_load4(&b[4])};
        tc_qpack_put2(&c, words[0], words[2]);
        tc_qpack_put2(&c, words[1], words[3]);
    }
    if ((count & 4) != 0) {
        tc_qpack_put2(&c, tc_load4(a), tc_load4(b));
        a = &a[4];
        b = &b[4];
    }
    if ((count & 3) != 0) {
        tc_qpack_put2(&c, tc_load_tail(a, count & 3), tc_load_tail(b, count & 3));
    }
    *columns = c;
}

/* The blocks' frame: columns, entry, y0, y1, sum0, sum1, end of the weights, end of the columns.
 * r3 is the end of the columns where the unit leaves it alone, r12 columns, lr weights, r4 to r7 P3 to P0 of the first
 * pixel, r8 to r11 of the second. */
#define TC_QPACK_ENTER                                                                                                 \
    "push {r4-r11, lr}\n"                                                                                              \
    "sub sp, sp, #36\n"                                                                                                \
    "ldmia r0, {r1-r7, r12, lr}\n"                                                                                     \
    "adr.w r0, 2f\n"                                                                                                   \
    "add r2, r2, r0\n"                                                                                                 \
    "orr r2, r2, #1\n"                                                                                                 \
    "stmia sp, {r1-r7, r12}\n"                                                                                         \
    "mov r3, r12\n"                                                                                                    \
    "1:\n" /* four channels */                                                                                         \
    "ldr r12, [sp]\n"                                                                                                  \
    "ldmia lr!, {r4-r7}\n"
#define TC_QPACK_LEAVE                                                                                                 \
    "ldr r0, [sp, #24]\n"                                                                                              \
    "cmp lr, r0\n"                                                                                                     \
    "bne.w 1b\n"                                                                                                       \
    "add sp, sp, #36\n"                                                                                                \
    "pop {r4-r11, pc}\n"

/* Differences of neighbours, less what stems from u; lanes of 4 bits are left 4, 4, 8 and 12 bits up, of 2 bits 4, 4, 4
 * and 6. `sum` is the pixel's. */
#define TC_QPACK4_LANES(sum, p3, p2, p1, p0)                                                                           \
    "sub.w " p3 ", " p3 ", " p2 "\n sub.w " p2 ", " p2 ", " p1 "\n sub.w " p1 ", " p1 ", " p0 "\n"                     \
    "add.w " p2 ", " p2 ", " sum ", lsl #4\n add.w " p1 ", " p1 ", " sum "\n add.w " p0 ", " sum ", " p0 ", lsl #4\n"
#define TC_QPACK2_LANES(sum, p3, p2, p1, p0)                                                                           \
    "sub.w " p3 ", " p3 ", " p2 "\n sub.w " p2 ", " p2 ", " p1 "\n sub.w " p1 ", " p1 ", " p0 "\n"                     \
    "add.w " p2 ", " p2 ", " sum "\n add.w " p1 ", " sum ", " p1 ", lsl #2\n add.w " p0 ", " sum ", " p0 ", lsl #4\n"
#define TC_QPACK4_SUM (-128)
#define TC_QPACK2_SUM (-32)

/* --- the same in C ------------------------------------------------------------------------------------------------ */

/* What SMLAD reads for P3, P2, P1 and P0 of inputs k, k + 2 (pair 0) or k + 1, k + 3 (pair 1). */
static inline void tc_qpack4_forms(const int32_t *weights, int32_t pair, uint32_t forms[4])
{
    const uint32_t word = (uint32_t)weights[pair];
    forms[0] = word;
    forms[1] = word & 0x0FFF0FFFu;
    forms[2] = word & 0x00FF00FFu;
    forms[3] = word & 0x000F000Fu;
}

static inline void tc_qpack2_forms(const int32_t *weights, int32_t pair, uint32_t forms[4])
{
    const uint32_t bytes = (uint32_t)weights[0] >> (8 * pair);
    forms[0] = tc_sxtb16(bytes);
    forms[1] = bytes & 0x003F003Fu;
    forms[2] = bytes & 0x000F000Fu;
    forms[3] = bytes & 0x00030003u;
}

static inline void tc_qpack4_lanes(uint32_t sum, uint32_t p[4])
{
    p[0] -= p[1];
    p[1] += (sum << 4) - p[2];
    p[2] += sum - p[3];
    p[3] = (p[3] << 4) + sum;
}

static inline void tc_qpack2_lanes(uint32_t sum, uint32_t p[4])
{
    p[0] -= p[1];
    p[1] += sum - p[2];
    p[2] = ((p[2] - p[3]) << 2) + sum;
    p[3] = (p[3] << 4) + sum;
}

/* Outputs of four channels from their lanes. */
static inline void tc_qpack_store(const uint32_t p[4], const int32_t *requant, int8_t *y)
{
    for (int32_t i = 0; i < 4; i++) {
        y[i] = tc_requantize_dsp((int32_t)p[3 - i], requant[3 * i], requant[(3 * i) + 1], requant[(3 * i) + 2]);
    }
}

#endif

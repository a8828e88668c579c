/* Four products in one SMLAD: weights of 4 bits and activations of -8 to 7.
 *
 * A half of a column is A = (a0 + 8) + 2^12 a1 for two pixels; a half of a weight u = w + 8. Sums of w * A have two
 * lanes: 12 bits, which start in their middle, and what is above. Exact while the sums of a block stay within
 * [-2^11, 2^11), which the compiler proves. Behind each block the lower lanes are added to sums of 16 bits; the upper
 * ones go on.
 *
 * columns: for each block -8 times the sum of A, of pixels 0 and 1, then 2 and 3; the bytes of its words; then for two
 *          inputs a word of pixels 0 and 1, a word of pixels 2 and 3. A word has inputs k and k + 2, the next k + 1 and
 *          k + 3. Inputs are filled up to a multiple of 16 with zeros.
 * weights: for each four channels and block what the sums start from: of channel 0, 16 times of channel 1, of channel
 *          2, of channel 2 plus 16 times of channel 3; then a word for two inputs, from the lowest nibble u0, u1, u2,
 *          w3 of each.
 * constants: for each channel multiplier and offset: y = (offset + (sum * multiplier >> 16)) >> 14.
 */
#ifndef TINYC_NIBBLE_LANES_H
#define TINYC_NIBBLE_LANES_H

#include "tinyc/requant_dsp.h"

#define TC_LANES_PIXELS 4
#define TC_LANES_INPUTS 16 /* inputs are filled up to a multiple */
#define TC_LANES_MIDDLE 2048
#define TC_LANES_START 4  /* words of weights before those of a block */
#define TC_LANES_HEADER 3 /* words of columns before those of a block */
#define TC_LANES_SHIFT 14

/* Groups of four channels of four pixels. Without constants their sums are stored, 16 of each group. */
typedef struct {
    const uint32_t *columns;
    const uint32_t *columns_end;
    const uint32_t *weights_end;
    const int32_t *constants;
    int8_t *y;
    int32_t stride; /* bytes from a pixel's outputs to the next one's */
    uint32_t lift;  /* in both halves: less TC_LANES_MIDDLE for every block */
    int32_t *sums;  /* of each channel of pixels 0 1 2 3 */
    const uint32_t *weights;
} tc_lanes;

#ifdef TC_SIMD_ARM

_Static_assert(sizeof(tc_lanes) == 36u, "the assembly copies nine words");

/* r4 r5 channel 0 of pixels 0 1 and 2 3; r6 r7 channel 1, times 16; r8 r9 channel 2; r10 r11 16 times channel 3, plus
 * channel 2; r12 columns, lr weights. 16 cycles for 32 products. */
#define TC_LANES_WORDS                                                                                                 \
    ".rept 8\n"                                                                                                        \
    "ldr.w r0, [lr], #4\n ldr.w r2, [r12], #4\n ldr.w r3, [r12], #4\n"                                                 \
    "and.w r1, r0, #0x000F000F\n smlad r4, r1, r2, r4\n smlad r5, r1, r3, r5\n"                                        \
    "and.w r1, r0, #0x00F000F0\n smlad r6, r1, r2, r6\n smlad r7, r1, r3, r7\n"                                        \
    "sxtb16 r1, r0, ror #8\n smlad r10, r1, r2, r10\n smlad r11, r1, r3, r11\n"                                        \
    "and.w r1, r1, #0x000F000F\n smlad r8, r1, r2, r8\n smlad r9, r1, r3, r9\n"                                        \
    ".endr\n"
/* The lower lanes of a channel to its two halves at sp + place. */
#define TC_LANES_FLUSH(a, b, low, place)                                                                               \
    "ldr r2, [sp, #" place "]\n ubfx r0, " a ", #" low ", #12\n ubfx r1, " b ", #" low ", #12\n"                       \
    "bfc " a ", #" low ", #12\n bfc " b ", #" low ", #12\n orr.w r0, r0, r1, lsl #16\n"                                \
    "sadd16 r0, r0, r2\n str r0, [sp, #" place "]\n"
#define TC_LANES_SETTLE(half, from, place)                                                                             \
    "smlaw" half " r3, r0, " from ", r1\n ssat r3, #8, r3, asr #14\n strb.w r3, [sp, #" place "]\n"
/* Four outputs of a channel; lanes of `a` and `b` start at bit `low`; the upper one is `half` of it once `shift`ed. */
#define TC_LANES_OUT(a, b, low, place, p0, p1, p2, p3)                                                                 \
    "ldr r2, [sp, #" place "]\n ldr r0, [lr], #4\n ldr r1, [lr], #4\n"                                                 \
    "ubfx r3, " a ", #" low ", #12\n uxtah r3, r3, r2\n" TC_LANES_SETTLE("b", "r3", p0)                                \
    "ubfx r3, " b ", #" low ", #12\n uxtah r3, r3, r2, ror #16\n" TC_LANES_SETTLE("b", "r3", p2)
#define TC_LANES_OUT_1(a, b, place, p0, p1, p2, p3)                                                                    \
    TC_LANES_OUT(a, b, "0", place, p0, p1, p2, p3)                                                                     \
    "asr.w r3, " a ", #12\n" TC_LANES_SETTLE("b", "r3", p1) "asr.w r3, " b ", #12\n" TC_LANES_SETTLE("b", "r3", p3)
#define TC_LANES_OUT_16(a, b, place, p0, p1, p2, p3)                                                                   \
    TC_LANES_OUT(a, b, "4", place, p0, p1, p2, p3) TC_LANES_SETTLE("t", a, p1) TC_LANES_SETTLE("t", b, p3)
#define TC_LANES_SUMS(a, b, low, high, place)                                                                          \
    "ldr r2, [sp, #" place "]\n ubfx r0, " a ", #" low ", #12\n ubfx r1, " b ", #" low ", #12\n"                       \
    "uxtah r0, r0, r2\n sxth r0, r0\n uxtah r2, r1, r2, ror #16\n sxth r2, r2\n"                                       \
    "asr.w r1, " a ", #" high "\n asr.w r3, " b ", #" high "\n stmia r12!, {r0, r1, r2, r3}\n"

TC_KERNEL __attribute__((naked, noinline)) void tc_lanes_run(const tc_lanes *run __attribute__((unused)))
{
    __asm__(
        "push {r4-r11, lr}\n"
        "sub sp, sp, #76\n"
        "ldmia.w r0, {r1-r8, lr}\n"
        "stmia.w sp, {r1-r8}\n" /* behind them: 32 end of the block, 36 lower lanes, 52 weights, 56 outputs */
        "1:\n" /* four channels */
        "ldr.w r12, [sp]\n ldr r0, [sp, #24]\n"
        "str r0, [sp, #36]\n str r0, [sp, #40]\n str r0, [sp, #44]\n str r0, [sp, #48]\n"
        "ldmia.w r12!, {r1, r2, r3}\n"
        "ldmia.w lr!, {r0, r6, r8, r10}\n"
        "add.w r4, r0, r1\n add.w r5, r0, r2\n"
        "add.w r7, r6, r2, lsl #4\n add.w r6, r6, r1, lsl #4\n"
        "add.w r9, r8, r2\n add.w r8, r8, r1\n"
        "add.w r11, r10, r2\n add.w r10, r10, r1\n"
        "2:\n" /* a block */
        "tst r3, #64\n"
        "add.w r3, r3, r12\n"
        "str r3, [sp, #32]\n"
        "bne.w 4f\n"
        "3:\n" /* 32 inputs */
        TC_LANES_WORDS
        "4:\n" /* 16 inputs */
        TC_LANES_WORDS
        "ldr r0, [sp, #32]\n"
        "cmp r12, r0\n"
        "bne.w 3b\n"
        "ldr r0, [sp, #4]\n"
        "sub.w r10, r10, r8\n sub.w r11, r11, r9\n"
        "cmp r12, r0\n"
        "beq.w 5f\n"
        TC_LANES_FLUSH("r4", "r5", "0", "36") TC_LANES_FLUSH("r6", "r7", "4", "40")
        TC_LANES_FLUSH("r8", "r9", "0", "44") TC_LANES_FLUSH("r10", "r11", "4", "48")
        "add.w r10, r10, r8\n add.w r11, r11, r9\n"
        "ldmia.w r12!, {r1, r2, r3}\n"
        "ldr.w r0, [lr], #4\n"
        "add.w r4, r4, r1\n add.w r5, r5, r2\n add.w r4, r4, r0\n add.w r5, r5, r0\n"
        "ldr.w r0, [lr], #4\n"
        "add.w r6, r6, r1, lsl #4\n add.w r7, r7, r2, lsl #4\n add.w r6, r6, r0\n add.w r7, r7, r0\n"
        "ldr.w r0, [lr], #4\n"
        "add.w r8, r8, r1\n add.w r9, r9, r2\n add.w r8, r8, r0\n add.w r9, r9, r0\n"
        "ldr.w r0, [lr], #4\n"
        "add.w r10, r10, r1\n add.w r11, r11, r2\n add.w r10, r10, r0\n add.w r11, r11, r0\n"
        "b.w 2b\n"
        "5:\n"
        "str.w lr, [sp, #52]\n"
        "ldr.w lr, [sp, #12]\n"
        "cmp.w lr, #0\n"
        "beq.w 6f\n"
        TC_LANES_OUT_1("r4", "r5", "36", "56", "60", "64", "68")
        TC_LANES_OUT_16("r6", "r7", "40", "57", "61", "65", "69")
        TC_LANES_OUT_1("r8", "r9", "44", "58", "62", "66", "70")
        TC_LANES_OUT_16("r10", "r11", "48", "59", "63", "67", "71")
        "ldr r0, [sp, #16]\n ldr r1, [sp, #20]\n ldr r2, [sp, #56]\n ldr r3, [sp, #60]\n ldr r4, [sp, #64]\n"
        "ldr r5, [sp, #68]\n str.w lr, [sp, #12]\n ldr.w lr, [sp, #52]\n ldr r6, [sp, #8]\n"
        "str r3, [r0, r1]\n add.w r3, r0, r1, lsl #1\n"
        "str r4, [r3]\n str r5, [r3, r1]\n str r2, [r0], #4\n str r0, [sp, #16]\n"
        "cmp lr, r6\n"
        "bne.w 1b\n"
        "add sp, sp, #76\n"
        "pop {r4-r11, pc}\n"
        "6:\n" /* sums */
        "ldr.w r12, [sp, #28]\n"
        TC_LANES_SUMS("r4", "r5", "0", "12", "36") TC_LANES_SUMS("r6", "r7", "4", "16", "40")
        TC_LANES_SUMS("r8", "r9", "0", "12", "44") TC_LANES_SUMS("r10", "r11", "4", "16", "48")
        "str.w r12, [sp, #28]\n ldr.w lr, [sp, #52]\n ldr r6, [sp, #8]\n"
        "cmp lr, r6\n"
        "bne.w 1b\n"
        "add sp, sp, #76\n"
        "pop {r4-r11, pc}\n");
}

#else

static inline int32_t tc_lanes_half(uint32_t word)
{
    return (int32_t)((word & 0xFFFFu) ^ 0x8000u) - 0x8000;
}

/* Adds a word of weights times columns of two pixels to channels 0, 1 times 16, 2, 3 times 16 with 2. */
static inline void tc_lanes_add(uint32_t acc[4], uint32_t word, uint32_t column)
{
    const uint32_t upper = tc_sxtb16_ror8(word);
    const uint32_t forms[4] = {word & 0x000F000Fu, word & 0x00F000F0u, upper & 0x000F000Fu, upper};
    for (int32_t i = 0; i < 4; i++) {
        acc[i] = (uint32_t)tc_smlad(forms[i], column, (int32_t)acc[i]);
    }
}

/* The sums of two pixels over all blocks, to sums[4 * channel] and the place behind; returns the next weights. */
static inline const uint32_t *tc_lanes_pair(const tc_lanes *run, const uint32_t *weights, int32_t pair, int32_t *sums)
{
    uint32_t acc[4] = {0};
    uint32_t lower[4] = {run->lift, run->lift, run->lift, run->lift};
    for (const uint32_t *x = run->columns; x != run->columns_end;) {
        const uint32_t *const end = &x[TC_LANES_HEADER + (x[2] / 4u)];
        for (int32_t i = 0; i < 4; i++) {
            acc[i] += weights[i] + (x[pair] << ((i == 1) ? 4 : 0));
        }
        weights = &weights[TC_LANES_START];
        for (x = &x[TC_LANES_HEADER]; x != end; x = &x[2], weights++) {
            tc_lanes_add(acc, *weights, x[pair]);
        }
        acc[3] -= acc[2];
        for (int32_t i = 0; i < 4; i++) {
            const uint32_t lane = (acc[i] >> (4 * (i % 2))) & 0xFFFu;
            lower[i] += lane;
            acc[i] -= lane << (4 * (i % 2));
        }
        acc[3] += (x != run->columns_end) ? acc[2] : 0u;
    }
    for (int32_t i = 0; i < 4; i++) {
        sums[4 * i] = tc_lanes_half(lower[i]);
        sums[(4 * i) + 1] = (int32_t)acc[i] >> (((i % 2) != 0) ? 16 : 12);
    }
    return weights;
}

static inline void tc_lanes_run(const tc_lanes *run)
{
    const int32_t *q = run->constants;
    int8_t *y = run->y;
    int32_t *kept = run->sums;
    for (const uint32_t *weights = run->weights; weights != run->weights_end; y = &y[4]) {
        int32_t sums[16];
        (void)tc_lanes_pair(run, weights, 0, sums);
        weights = tc_lanes_pair(run, weights, 1, &sums[2]);
        if (q == NULL) {
            (void)memcpy(kept, sums, sizeof sums);
            kept = &kept[16];
            continue;
        }
        for (int32_t i = 0; i < 16; i++) {
            const int32_t scaled = tc_smlawb(q[2 * (i / 4)], (uint32_t)sums[i], q[(2 * (i / 4)) + 1]);
            y[((i % 4) * run->stride) + (i / 4)] = (int8_t)tc_ssat8(scaled >> TC_LANES_SHIFT);
        }
        q = &q[8];
    }
}

#endif

#endif

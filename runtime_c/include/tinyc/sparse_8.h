/* The inner block of sparse weights (sparse.h) for eight pixels: one channel.
 *
 * Two pixels share a word, u + 2^24 * x: u is the first one's value plus 128, x the second one's. SMLAL of that word with
 * a weight sums S0 + 2^24 * S1 in 64 bits, so that one instruction is two products. Exact while |S0| < 2^23, which the
 * compiler proves; S0 starts from what takes the 128 away again.
 *
 * columns: words of pixels 0 and 4, 1 and 5, 2 and 6, 3 and 7 lie side by side
 */
#ifndef TINYC_SPARSE_8_H
#define TINYC_SPARSE_8_H

#include "tinyc/requant_dsp.h"

#define TC_SPARSE_CONSTANTS 5 /* the sum to start from, low and high word; multiplier, offset, shift: requant_dsp.h */

/* One run over all channels of eight pixels. */
typedef struct {
    const uint32_t *columns;
    const int8_t *list; /* distances are words of columns; one byte follows the last entry, which is loaded, not used */
    const uint16_t *counts;
    const int32_t *constants;
    const int32_t *constants_end;
    int8_t *y;      /* the first channel of the first pixel */
    int32_t y_step; /* from pixel to pixel */
    int32_t y_half; /* from the first pixel to the fifth */
} tc_sparse_run;

#ifdef TC_SIMD_ARM

_Static_assert(sizeof(tc_sparse_run) == 32u, "the assembly copies tc_sparse_run by eight words");

/* r4 to r11 sums of two pixels each; r2 weight, r3 next distance, r12 columns, lr list. 13 cycles for eight products. */
#define TC_SPARSE_UNIT                                                                                                 \
    "add.w r12, r12, r3, lsl #2\n"                                                                                     \
    "ldrsb.w r2, [lr], #1\n ldr.w r0, [r12]\n ldr.w r1, [r12, #4]\n"                                                   \
    "smlal r4, r5, r2, r0\n smlal r6, r7, r2, r1\n"                                                                    \
    "ldr.w r0, [r12, #8]\n ldr.w r1, [r12, #12]\n ldrb.w r3, [lr], #1\n"                                               \
    "smlal r8, r9, r2, r0\n smlal r10, r11, r2, r1\n"

/* The two sums of a pair of registers, the first in the first one. */
#define TC_SPARSE_SUMS(low, high)                                                                                      \
    "lsl.w " high ", " high ", #8\n orr.w " high ", " high ", " low ", lsr #24\n"                                       \
    "sbfx " low ", " low ", #0, #24\n sub.w " high ", " high ", " low ", asr #31\n"

/* The run lies at sp; behind it: 32 end of the channel's entries, 36 the unrolled loop. */
TC_KERNEL __attribute__((naked, noinline)) void tc_sparse_eight(const tc_sparse_run *run __attribute__((unused)))
{
    __asm__(
        "push {r4-r11, lr}\n"
        "sub sp, sp, #44\n"
        "ldmia r0, {r1-r8}\n"
        "stmia.w sp, {r1-r8}\n"
        "adr.w r0, 2f\n"
        "orr r0, r0, #1\n"
        "str r0, [sp, #36]\n"
        "mov lr, r2\n"
        "ldrb.w r3, [lr], #1\n"
        "1:\n" /* a channel; lr is behind its first distance */
        "ldr r0, [sp, #8]\n ldr r1, [sp, #12]\n ldr.w r12, [sp]\n ldrh r2, [r0], #2\n ldr.w r4, [r1], #4\n"
        "ldr.w r5, [r1], #4\n"
        "str r0, [sp, #8]\n str r1, [sp, #12]\n"
        "add.w r0, lr, r2, lsl #1\n"
        "str r0, [sp, #32]\n"
        "ldr r1, [sp, #36]\n"
        "rsb r2, r2, #0\n and r2, r2, #15\n"
        "mov r0, #44\n" /* bytes of code in each unit */
        "mla r1, r2, r0, r1\n"
        "mov r6, r4\n mov r7, r5\n mov r8, r4\n mov r9, r5\n mov r10, r4\n mov r11, r5\n"
        "bx r1\n"
        ".balign 4\n"
        "2:\n"
        ".rept 16\n" TC_SPARSE_UNIT ".endr\n"
        "ldr r0, [sp, #32]\n"
        "cmp lr, r0\n"
        "bne.w 2b\n"
        TC_SPARSE_SUMS("r4", "r5") TC_SPARSE_SUMS("r6", "r7") TC_SPARSE_SUMS("r8", "r9") TC_SPARSE_SUMS("r10", "r11")
        "ldr.w r12, [sp, #12]\n"
        "ldmia r12!, {r0-r2}\n"
        "smmla r4, r4, r0, r1\n smmla r5, r5, r0, r1\n smmla r6, r6, r0, r1\n smmla r7, r7, r0, r1\n"
        "smmla r8, r8, r0, r1\n smmla r9, r9, r0, r1\n smmla r10, r10, r0, r1\n smmla r11, r11, r0, r1\n"
        "asr.w r4, r4, r2\n asr.w r5, r5, r2\n asr.w r6, r6, r2\n asr.w r7, r7, r2\n"
        "asr.w r8, r8, r2\n asr.w r9, r9, r2\n asr.w r10, r10, r2\n asr.w r11, r11, r2\n"
        "ssat r4, #8, r4\n ssat r5, #8, r5\n ssat r6, #8, r6\n ssat r7, #8, r7\n"
        "ssat r8, #8, r8\n ssat r9, #8, r9\n ssat r10, #8, r10\n ssat r11, #8, r11\n"
        "ldr r0, [sp, #20]\n ldr r1, [sp, #24]\n ldr r2, [sp, #28]\n"
        "strb r4, [r0]\n strb r6, [r0, r1]\n strb.w r8, [r0, r1, lsl #1]\n"
        "add.w r4, r0, r1\n add r2, r2, r0\n"
        "strb.w r10, [r4, r1, lsl #1]\n"
        "strb r5, [r2]\n strb r7, [r2, r1]\n strb.w r9, [r2, r1, lsl #1]\n"
        "add r2, r2, r1\n"
        "strb.w r11, [r2, r1, lsl #1]\n"
        "add r0, r0, #1\n"
        "str r0, [sp, #20]\n str.w r12, [sp, #12]\n"
        "ldr r1, [sp, #16]\n"
        "cmp r12, r1\n"
        "bne.w 1b\n"
        "add sp, sp, #44\n"
        "pop {r4-r11, pc}\n");
}

#else

static inline void tc_sparse_eight(const tc_sparse_run *run)
{
    const int8_t *entry = run->list;
    const uint16_t *count = run->counts;
    int8_t *y = run->y;
    for (const int32_t *c = run->constants; c != run->constants_end; c += TC_SPARSE_CONSTANTS) {
        const uint64_t start = ((uint64_t)(uint32_t)c[1] << 32) | (uint32_t)c[0];
        uint64_t sums[4] = {start, start, start, start};
        const uint32_t *x = run->columns;
        for (int32_t left = *count; left > 0; left--) {
            x = &x[(uint8_t)entry[0]];
            for (int32_t i = 0; i < 4; i++) {
                sums[i] += (uint64_t)((int64_t)entry[1] * (int32_t)x[i]);
            }
            entry = &entry[2];
        }
        for (int32_t i = 0; i < 4; i++) {
            const int32_t first = (int32_t)((uint32_t)sums[i] << 8) >> 8;
            const int32_t second = (int32_t)(uint32_t)((sums[i] - (uint64_t)(int64_t)first) >> 24);
            y[i * run->y_step] = tc_requantize_dsp(first, c[2], c[3], c[4]);
            y[(i * run->y_step) + run->y_half] = tc_requantize_dsp(second, c[2], c[3], c[4]);
        }
        count = &count[1];
        y = &y[1];
    }
}

#endif

/* `count` inputs of two pixels: a word of each, `pitch` words apart. */
static inline void tc_sparse_put(uint32_t *columns, int32_t pitch, const int8_t *first, const int8_t *second,
                                 int32_t count)
{
    const uint32_t top = 0xFF000000u;
    int32_t i = 0;
    for (; (i + 4) <= count; i += 4) {
        const uint32_t a = tc_load4(&first[i]) ^ 0x80808080u;
        const uint32_t b = tc_load4(&second[i]);
        uint32_t *const to = &columns[i * pitch];
        to[0] = (a & 0xFFu) | (b << 24);
        to[pitch] = ((a >> 8) & 0xFFu) | ((b << 16) & top);
        to[2 * pitch] = ((a >> 16) & 0xFFu) | ((b << 8) & top);
        to[3 * pitch] = (a >> 24) | (b & top);
    }
    for (; i < count; i++) {
        columns[i * pitch] = ((uint32_t)(uint8_t)first[i] ^ 0x80u) | ((uint32_t)(uint8_t)second[i] << 24);
    }
}

#endif

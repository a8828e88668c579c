/* The inner block of sparse weights (sparse.h) for eight pixels: one channel.
 * columns: [inputs][4], words of two pixels as int16
 */
#ifndef TINYC_SPARSE_8_H
#define TINYC_SPARSE_8_H

#include "tinyc/requant_dsp.h"

/* One run over all channels of eight pixels. */
typedef struct {
    const uint32_t *columns;
    const int8_t *list; /* one byte follows the last entry, which is loaded and not used */
    const uint16_t *counts;
    const int32_t *constants;
    const int32_t *constants_end;
    int8_t *y;      /* the first channel of the first pixel */
    int32_t y_step; /* from pixel to pixel */
} tc_sparse_run;

#ifdef TC_SIMD_ARM

_Static_assert(sizeof(tc_sparse_run) == 28u, "the assembly copies tc_sparse_run by seven words");

/* r4 to r11 sums of the pixels; r2 weight, r3 next distance, r12 columns, lr list. 17 cycles for eight products. */
#define TC_SPARSE_UNIT                                                                                                 \
    "add.w r12, r12, r3, lsl #4\n"                                                                                     \
    "ldrsb.w r2, [lr], #1\n ldr.w r0, [r12]\n ldr.w r1, [r12, #4]\n"                                                   \
    "smlabb r4, r2, r0, r4\n smlabt r5, r2, r0, r5\n smlabb r6, r2, r1, r6\n smlabt r7, r2, r1, r7\n"                  \
    "ldr.w r0, [r12, #8]\n ldr.w r1, [r12, #12]\n ldrb.w r3, [lr], #1\n"                                               \
    "smlabb r8, r2, r0, r8\n smlabt r9, r2, r0, r9\n smlabb r10, r2, r1, r10\n smlabt r11, r2, r1, r11\n"

/* The run lies at sp; behind it: 28 end of the channel's entries, 32 the unrolled loop. */
TC_KERNEL __attribute__((naked, noinline)) void tc_sparse_eight(const tc_sparse_run *run __attribute__((unused)))
{
    __asm__(
        "push {r4-r11, lr}\n"
        "sub sp, sp, #36\n"
        "ldmia r0, {r1-r7}\n"
        "stmia.w sp, {r1-r7}\n"
        "adr.w r0, 2f\n"
        "orr r0, r0, #1\n"
        "str r0, [sp, #32]\n"
        "mov lr, r2\n"
        "ldrb.w r3, [lr], #1\n"
        "1:\n" /* a channel; lr is behind its first distance */
        "ldr r0, [sp, #8]\n ldr r1, [sp, #12]\n ldr.w r12, [sp]\n"
        "ldrh r2, [r0], #2\n ldr.w r4, [r1], #4\n"
        "str r0, [sp, #8]\n str r1, [sp, #12]\n"
        "add.w r0, lr, r2, lsl #1\n"
        "str r0, [sp, #28]\n"
        "ldr r1, [sp, #32]\n"
        "rsb r2, r2, #0\n and r2, r2, #7\n"
        "rsb r2, r2, r2, lsl #4\n" /* 60 bytes of code in each unit */
        "add.w r1, r1, r2, lsl #2\n"
        "mov r5, r4\n mov r6, r4\n mov r7, r4\n mov r8, r4\n mov r9, r4\n mov r10, r4\n mov r11, r4\n"
        "bx r1\n"
        ".balign 4\n"
        "2:\n"
        ".rept 8\n" TC_SPARSE_UNIT ".endr\n"
        "ldr r0, [sp, #28]\n"
        "cmp lr, r0\n"
        "bne.w 2b\n"
        "ldr.w r12, [sp, #12]\n"
        "ldmia r12!, {r0-r2}\n"
        "smmla r4, r4, r0, r1\n smmla r5, r5, r0, r1\n smmla r6, r6, r0, r1\n smmla r7, r7, r0, r1\n"
        "smmla r8, r8, r0, r1\n smmla r9, r9, r0, r1\n smmla r10, r10, r0, r1\n smmla r11, r11, r0, r1\n"
        "asr.w r4, r4, r2\n asr.w r5, r5, r2\n asr.w r6, r6, r2\n asr.w r7, r7, r2\n"
        "asr.w r8, r8, r2\n asr.w r9, r9, r2\n asr.w r10, r10, r2\n asr.w r11, r11, r2\n"
        "ssat r4, #8, r4\n ssat r5, #8, r5\n ssat r6, #8, r6\n ssat r7, #8, r7\n"
        "ssat r8, #8, r8\n ssat r9, #8, r9\n ssat r10, #8, r10\n ssat r11, #8, r11\n"
        "ldr r0, [sp, #20]\n ldr r1, [sp, #24]\n"
        "add.w r2, r0, r1, lsl #2\n"
        "strb r4, [r0]\n strb r5, [r0, r1]\n strb.w r6, [r0, r1, lsl #1]\n"
        "strb.w r8, [r2]\n strb.w r9, [r2, r1]\n strb.w r10, [r2, r1, lsl #1]\n"
        "add.w r4, r0, r1\n add r2, r2, r1\n"
        "strb.w r7, [r4, r1, lsl #1]\n strb.w r11, [r2, r1, lsl #1]\n"
        "add r0, r0, #1\n"
        "str r0, [sp, #20]\n str.w r12, [sp, #12]\n"
        "ldr r1, [sp, #16]\n"
        "cmp r12, r1\n"
        "bne.w 1b\n"
        "add sp, sp, #36\n"
        "pop {r4-r11, pc}\n");
}

#else

static inline void tc_sparse_eight(const tc_sparse_run *run)
{
    const int8_t *entry = run->list;
    const uint16_t *count = run->counts;
    int8_t *y = run->y;
    for (const int32_t *c = run->constants; c != run->constants_end; c += 4) {
        int32_t sums[8] = {c[0], c[0], c[0], c[0], c[0], c[0], c[0], c[0]};
        const uint32_t *x = run->columns;
        for (int32_t left = *count; left > 0; left--) {
            x = &x[4 * (uint8_t)entry[0]];
            for (int32_t i = 0; i < 4; i++) {
                const uint32_t weight = (uint32_t)(int32_t)entry[1];
                sums[2 * i] = tc_smlabb(weight, x[i], sums[2 * i]);
                sums[(2 * i) + 1] = tc_smlabt(weight, x[i], sums[(2 * i) + 1]);
            }
            entry = &entry[2];
        }
        for (int32_t i = 0; i < 8; i++) {
            y[i * run->y_step] = tc_requantize_dsp(sums[i], c[1], c[2], c[3]);
        }
        count = &count[1];
        y = &y[1];
    }
}

#endif

/* Four inputs of two pixels: a word of each input, four words apart. */
static inline void tc_sparse_put(uint32_t *columns, uint32_t a, uint32_t b)
{
    const uint32_t a_even = tc_sxtb16(a);
    const uint32_t a_odd = tc_sxtb16_ror8(a);
    const uint32_t b_even = tc_sxtb16(b);
    const uint32_t b_odd = tc_sxtb16_ror8(b);
    columns[0] = tc_pkhbt(a_even, b_even);
    columns[4] = tc_pkhbt(a_odd, b_odd);
    columns[8] = tc_pkhtb(a_even, b_even);
    columns[12] = tc_pkhtb(a_odd, b_odd);
}

/* Columns of `count` inputs that lie side by side at each of eight places; returns where the next ones go. */
static inline uint32_t *tc_sparse_expand(uint32_t *columns, const int8_t *const from[8], int32_t count)
{
    const int32_t whole = count & ~3;
    for (int32_t pair = 0; pair < 4; pair++) {
        const int8_t *const a = from[2 * pair];
        const int8_t *const b = from[(2 * pair) + 1];
        uint32_t *to = &columns[pair];
        for (int32_t i = 0; i < whole; i += 4) {
            tc_sparse_put(to, tc_load4(&a[i]), tc_load4(&b[i]));
            to = &to[16];
        }
        for (int32_t i = whole; i < count; i++) {
            *to = tc_pkhbt((uint32_t)(int32_t)a[i], (uint32_t)(int32_t)b[i]);
            to = &to[4];
        }
    }
    return &columns[4 * count];
}

#endif

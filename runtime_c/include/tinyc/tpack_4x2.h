/* The inner block of T-pack: four channels x two pixels. */
#ifndef TINYC_TPACK_4X2_H
#define TINYC_TPACK_4X2_H

#include "tinyc/tpack.h"

#ifdef TC_SIMD_ARM

/* r4 T01, r5 T23, r6 S0, r7 S2 of the first pixel, r8 to r11 of the second; r12 columns, lr weights.
 * Four loads in one batch: 15 cycles for 16 products. */
#define TC_TPACK_PAIR                                                                                                  \
    "ldr.w r0, [lr], #4\n ldr.w r1, [lr], #4\n ldr.w r2, [r12], #4\n ldr.w r3, [r12], #4\n"                            \
    "smlad r4, r0, r2, r4\n smlad r5, r1, r2, r5\n smlad r8, r0, r3, r8\n smlad r9, r1, r3, r9\n"                      \
    "sxtb16 r0, r0\n sxtb16 r1, r1\n"                                                                              \
    "smlad r6, r0, r2, r6\n smlad r7, r1, r2, r7\n smlad r10, r0, r3, r10\n smlad r11, r1, r3, r11\n"
#define TC_TPACK_REQUANT(first, second)                                                                                \
    "ldmia r12!, {r0, r1, r2}\n"                                                                                       \
    "smmla " first ", " first ", r0, r1\n smmla " second ", " second ", r0, r1\n"                                      \
    "asr.w " first ", " first ", r2\n asr.w " second ", " second ", r2\n"                                              \
    "ssat " first ", #8, " first "\n ssat " second ", #8, " second "\n"

_Static_assert(offsetof(tc_tpack, quads) == 28u, "the assembly reads tc_tpack by these offsets");

TC_KERNEL __attribute__((naked, noinline)) void tc_tpack_4x2(tc_tpack *run __attribute__((unused)))
{
    __asm__(
        "push {r4-r11, lr}\n"
        "sub sp, sp, #12\n"
        "str r0, [sp]\n"
        "ldr r1, [r0, #20]\n"
        "ldr r2, [r0, #24]\n"
        "adr.w r3, 2f\n"
        "add r2, r2, r3\n"
        "orr r2, r2, #1\n"
        "strd r1, r2, [sp, #4]\n" /* end of the columns, entry into the loop */
        "ldr lr, [r0]\n"
        "1:\n" /* four channels */
        "ldr r0, [sp]\n"
        "ldr r12, [r0, #4]\n"
        "ldr r3, [r0, #8]\n"
        "ldmia r3!, {r4-r7}\n"
        "str r3, [r0, #8]\n"
        "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
        "ldr pc, [sp, #8]\n"
        ".balign 4\n"
        "2:\n" /* 32 inputs */
        ".rept 16\n" TC_TPACK_PAIR ".endr\n"
        "ldr r0, [sp, #4]\n"
        "cmp r12, r0\n"
        "bne.w 2b\n"
        "sub r4, r4, r6\n sub r5, r5, r7\n sub r8, r8, r10\n sub r9, r9, r11\n"
        "ldr r3, [sp]\n"
        "ldr r12, [r3, #8]\n"
        TC_TPACK_REQUANT("r6", "r10") TC_TPACK_REQUANT("r4", "r8")
        TC_TPACK_REQUANT("r7", "r11") TC_TPACK_REQUANT("r5", "r9")
        "ldrd r1, r2, [r3, #12]\n"
        "strb r6, [r1], #1\n strb r4, [r1], #1\n strb r7, [r1], #1\n strb r5, [r1], #1\n"
        "strb r10, [r2], #1\n strb r8, [r2], #1\n strb r11, [r2], #1\n strb r9, [r2], #1\n"
        "ldr r0, [r3, #28]\n"
        "str r12, [r3, #8]\n"
        "strd r1, r2, [r3, #12]\n"
        "subs r0, r0, #1\n"
        "str r0, [r3, #28]\n"
        "bne.w 1b\n"
        "add sp, sp, #12\n"
        "pop {r4-r11, pc}\n");
}

#else

static inline void tc_tpack_4x2(tc_tpack *run)
{
    const int32_t *weights = run->weights;
    for (; run->quads > 0; run->quads--) {
        const int32_t *c = run->constants;
        int32_t t[2][2] = {{c[0], c[1]}, {c[0], c[1]}};
        int32_t s[2][2] = {{c[2], c[3]}, {c[2], c[3]}};
        for (const uint32_t *x = run->columns; x < run->columns_end; x += 2, weights += 2) {
            for (int32_t i = 0; i < 4; i++) {
                const uint32_t w = (uint32_t)weights[i % 2];
                t[i / 2][i % 2] = tc_smlad(w, x[i / 2], t[i / 2][i % 2]);
                s[i / 2][i % 2] = tc_smlad(tc_sxtb16(w), x[i / 2], s[i / 2][i % 2]);
            }
        }
        for (int32_t i = 0; i < 4; i++) {
            const int32_t even = s[i / 2][i % 2];
            const int32_t odd = (int32_t)((uint32_t)t[i / 2][i % 2] - (uint32_t)even);
            const int32_t *q = &c[4 + (6 * (i % 2))];
            int8_t *y = (i < 2) ? run->y0 : run->y1;
            y[2 * (i % 2)] = tc_requantize_dsp(even, q[0], q[1], q[2]);
            y[(2 * (i % 2)) + 1] = tc_requantize_dsp(odd, q[3], q[4], q[5]);
        }
        run->constants += TC_TPACK_CONSTANTS;
        run->y0 += 4;
        run->y1 += 4;
    }
}

#endif

/* All `channels` outputs of two pixels from their columns. */
static inline void tc_tpack_two_pixels(const int32_t *weights, const int32_t *constants, const uint32_t *columns,
                                       int32_t input_quads, int32_t channels, int8_t *y0, int8_t *y1)
{
    const int32_t whole = channels / 4;
    const int32_t left = channels % 4;
    const uint32_t *end = &columns[4 * input_quads];
    const int32_t skip = tc_tpack_skip(input_quads, TC_TPACK_UNIT_4X2);
    if (whole > 0) {
        tc_tpack run = {weights, columns, constants, y0, y1, end, skip, whole};
        tc_tpack_4x2(&run);
    }
    if (left > 0) {
        int8_t last0[4];
        int8_t last1[4];
        tc_tpack run = {&weights[4 * input_quads * whole], columns, &constants[TC_TPACK_CONSTANTS * whole],
                        last0, last1, end, skip, 1};
        tc_tpack_4x2(&run);
        (void)memcpy(&y0[4 * whole], last0, (size_t)left);
        (void)memcpy(&y1[4 * whole], last1, (size_t)left);
    }
}

#endif

/* Products of T-pack (tpack.h) for one pixel, with the sums as they are: four channels at a time. */
#ifndef TINYC_TPACK_SUMS_4X1_H
#define TINYC_TPACK_SUMS_4X1_H

#include "tinyc/tpack_quad.h"

#define TC_TPACK_SUMS_UNROLLED 8

/* One run over all channels of a block, which uses up `sums` and `quads`. Sums of odd channels must stay below 2^23. */
typedef struct {
    const int32_t *weights;
    const uint32_t *columns;
    int32_t *sums; /* [4 * quads] */
    const uint32_t *columns_end;
    int32_t skip;  /* bytes of code before the entry into the unrolled loop */
    int32_t quads; /* channels / 4 */
} tc_tpack_sums;

static inline int32_t tc_tpack_sums_skip(int32_t input_quads)
{
    return tc_tpack_skip(input_quads, TC_TPACK_SUMS_UNROLLED, TC_TPACK_QUAD_BYTES);
}

#ifdef TC_SIMD_ARM

_Static_assert(offsetof(tc_tpack_sums, quads) == 20u, "the assembly reads tc_tpack_sums by these offsets");

/* r10 end of the columns, r11 entry into the loop, r12 columns; the others: tpack_quad.h. */
TC_KERNEL __attribute__((naked, noinline)) void tc_tpack_sums_4x1(tc_tpack_sums *run __attribute__((unused)))
{
    __asm__(
        "push {r0, r4-r11, lr}\n"
        "ldr r10, [r0, #12]\n"
        "ldr r11, [r0, #16]\n"
        "adr.w r3, 2f\n"
        "add r11, r11, r3\n"
        "orr r11, r11, #1\n"
        "ldr lr, [r0]\n"
        "1:\n" /* four channels */
        "ldr r12, [r0, #4]\n"
        "movs r4, #0\n movs r5, #0\n movs r6, #0\n movs r7, #0\n"
        "bx r11\n"
        ".balign 4\n"
        "2:\n" /* 32 inputs */
        ".rept 8\n" TC_TPACK_QUAD ".endr\n"
        "cmp r12, r10\n"
        "bne.w 2b\n"
        "sub r4, r4, r6\n sub r5, r5, r7\n"
        "asr r4, r4, #8\n asr r5, r5, #8\n"
        "ldr r0, [sp]\n"
        "ldr r1, [r0, #8]\n"
        "ldr r2, [r0, #20]\n"
        "str r6, [r1], #4\n str r4, [r1], #4\n str r7, [r1], #4\n str r5, [r1], #4\n"
        "str r1, [r0, #8]\n"
        "subs r2, r2, #1\n"
        "str r2, [r0, #20]\n"
        "bne.w 1b\n"
        "pop {r0, r4-r11, pc}\n");
}

#else

static inline void tc_tpack_sums_4x1(tc_tpack_sums *run)
{
    const int32_t *weights = run->weights;
    for (; run->quads > 0; run->quads--) {
        int32_t t[2] = {0, 0};
        int32_t s[2] = {0, 0};
        for (const uint32_t *x = run->columns; x < run->columns_end; x++, weights += 2) {
            tc_tpack_add(weights, *x, t, s);
        }
        for (int32_t i = 0; i < 2; i++) {
            run->sums[2 * i] = s[i];
            run->sums[(2 * i) + 1] = tc_tpack_odd(t[i], s[i]) >> 8;
        }
        run->sums += 4;
    }
}

#endif

#endif

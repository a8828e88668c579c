/* The inner block of depthwise convolution of any size on planes (planes.h): four outputs, one below the other. */
#ifndef TINYC_DEPTHWISE_COLUMN_H
#define TINYC_DEPTHWISE_COLUMN_H

#include "tinyc/requant_dsp.h"

/* A column of outputs of one channel, from top to bottom. The block uses up `x`, `y` and `fours`. */
typedef struct {
    const uint32_t *weights; /* [words][height]: two taps of a row */
    const uint32_t *x;       /* the window's upper left word */
    int32_t words;
    int32_t height; /* of the window */
    int32_t pitch;  /* words of a plane from one column to the next */
    int32_t stride; /* words from one output's window to the next one's */
    const int32_t *constants; /* sum to start from, multiplier, offset, shift */
    int8_t *y;
    int32_t row_bytes;
    int32_t fours; /* at least one: outputs / 4 */
} tc_dw_column;

/* The next output. */
static inline void tc_dw_column_one(tc_dw_column *run)
{
    const int32_t *const q = run->constants;
    const uint32_t *w = run->weights;
    int32_t acc = q[0];
    for (int32_t i = 0; i < run->words; i++) {
        const uint32_t *const x = &run->x[i * run->pitch];
        for (int32_t t = 0; t < run->height; t++) {
            acc = tc_smlad(x[t], *w, acc);
            w++;
        }
    }
    *run->y = tc_requantize_dsp(acc, q[1], q[2], q[3]);
    run->x += run->stride;
    run->y += run->row_bytes;
}

#ifdef TC_SIMD_ARM

_Static_assert(offsetof(tc_dw_column, fours) == 36u, "the assembly reads tc_dw_column by these offsets");

/* r4 to r7 sums, r8 weights, r9 window of the first output, r10 of the third, r11 stride, r12 end of the weights' column.
 * On the stack: the run, words left, window's next column. Five loads in one batch: 14 cycles for 8 products. */
TC_KERNEL __attribute__((naked, noinline)) void tc_dw_column_fours(tc_dw_column *run __attribute__((unused)))
{
    __asm__(
        "push {r4-r11, lr}\n"
        "sub sp, sp, #12\n"
        "str r0, [sp]\n"
        "1:\n"
        "ldr r8, [r0]\n ldr lr, [r0, #4]\n ldr r2, [r0, #8]\n ldr r11, [r0, #20]\n ldr r1, [r0, #24]\n ldr r4, [r1]\n"
        "lsl r11, r11, #2\n"
        "mov r5, r4\n mov r6, r4\n mov r7, r4\n"
        "2:\n"
        "str r2, [sp, #4]\n"
        "ldr r1, [r0, #12]\n ldr r2, [r0, #16]\n"
        "add r12, r8, r1, lsl #2\n"
        "mov r9, lr\n add r10, lr, r11, lsl #1\n"
        "add lr, lr, r2, lsl #2\n"
        "str lr, [sp, #8]\n"
        "3:\n"
        "ldr r0, [r8], #4\n ldr r1, [r9, r11]\n ldr r2, [r9], #4\n ldr r3, [r10, r11]\n ldr lr, [r10], #4\n"
        "smlad r5, r1, r0, r5\n smlad r4, r2, r0, r4\n smlad r7, r3, r0, r7\n smlad r6, lr, r0, r6\n"
        "cmp r8, r12\n"
        "bne 3b\n"
        "ldr r0, [sp]\n ldr r2, [sp, #4]\n ldr lr, [sp, #8]\n"
        "subs r2, r2, #1\n"
        "bne 2b\n"
        "ldr r1, [r0, #24]\n"
        "ldm r1, {r1, r2, r3, r12}\n"
        "smmla r4, r4, r2, r3\n smmla r5, r5, r2, r3\n smmla r6, r6, r2, r3\n smmla r7, r7, r2, r3\n"
        "asr r4, r4, r12\n asr r5, r5, r12\n asr r6, r6, r12\n asr r7, r7, r12\n"
        "ssat r4, #8, r4\n ssat r5, #8, r5\n ssat r6, #8, r6\n ssat r7, #8, r7\n"
        "ldr r1, [r0, #28]\n ldr r2, [r0, #32]\n ldr r3, [r0, #4]\n ldr r12, [r0, #36]\n"
        "strb r4, [r1]\n strb r5, [r1, r2]\n add r1, r1, r2, lsl #1\n"
        "strb r6, [r1]\n strb r7, [r1, r2]\n add r1, r1, r2, lsl #1\n"
        "str r1, [r0, #28]\n"
        "add r3, r3, r11, lsl #2\n str r3, [r0, #4]\n"
        "subs r12, r12, #1\n str r12, [r0, #36]\n"
        "bne 1b\n"
        "add sp, sp, #12\n"
        "pop {r4-r11, pc}\n");
}

#else

static inline void tc_dw_column_fours(tc_dw_column *run)
{
    for (; run->fours > 0; run->fours--) {
        for (int32_t i = 0; i < 4; i++) {
            tc_dw_column_one(run);
        }
    }
}

#endif

#endif

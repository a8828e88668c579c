/* Requantisation of four sums of each channel, for cores without SMMLA. */
#ifndef TINYC_REQUANT_FOUR_H
#define TINYC_REQUANT_FOUR_H

#include "tinyc/requant_scalar.h"

typedef struct {
    const int32_t *sums;      /* [channels][4] */
    const int32_t *constants; /* of each channel: multiplier, offset and k of requant_scalar.h */
    int32_t constants_bytes;  /* from channel to channel */
    int8_t *y;                /* the first channel of the first output */
    int32_t step;             /* from output to output */
    int32_t channels;         /* at least 1 */
} tc_four_run;

_Static_assert(sizeof(void *) > 4u || offsetof(tc_four_run, channels) == 20u, "the assembly reads it by offsets");

#if defined(__ARM_ARCH) && (__ARM_ARCH == 6) && defined(__thumb__)

/* r2 and r3 halves of the multiplier, r4 k, r7 y; r8 offset, r9 sums, r10 first output of the channel, r11 step,
 * r12 constants, lr their distance; run at [sp]. Products of halves: a 64-bit product is a call here. */
#define TC_FOUR_ONE(place)                                                                                             \
    "mov r5, r9\n ldr r0, [r5, #" place "]\n uxth r1, r0\n asrs r0, r0, #16\n"                                         \
    "movs r5, r1\n muls r5, r2, r5\n lsrs r5, r5, #16\n movs r6, r0\n muls r6, r2, r6\n adds r5, r5, r6\n"             \
    "muls r0, r3, r0\n asrs r6, r5, #16\n adds r0, r0, r6\n"                                                           \
    "uxth r5, r5\n muls r1, r3, r1\n adds r1, r1, r5\n lsrs r1, r1, #16\n adds r0, r0, r1\n"                           \
    "add r0, r0, r8\n asrs r0, r0, r4\n"                                                                               \
    "sxtb r1, r0\n cmp r1, r0\n beq 2f\n asrs r0, r0, #31\n movs r1, #127\n eors r0, r0, r1\n"                         \
    "2:\n strb r0, [r7, #0]\n add r7, r7, r11\n"

TC_KERNEL __attribute__((naked, noinline)) void tc_requantize_four(const tc_four_run *run __attribute__((unused)))
{
    __asm__(
        ".syntax unified\n"
        "push {r4-r7, lr}\n"
        "mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n"
        "push {r4-r7}\n"
        "ldmia r0!, {r1, r2, r3, r4, r5, r6}\n"
        "mov r9, r1\n mov r12, r2\n mov lr, r3\n mov r10, r4\n mov r11, r5\n"
        "push {r6}\n"
        "1:\n"
        "mov r7, r12\n add r12, r12, lr\n"
        "ldmia r7!, {r2, r4, r5}\n"
        "mov r8, r4\n movs r4, r5\n"
        "asrs r3, r2, #16\n uxth r2, r2\n"
        "mov r7, r10\n"
        TC_FOUR_ONE("0") TC_FOUR_ONE("4") TC_FOUR_ONE("8") TC_FOUR_ONE("12")
        "movs r5, #16\n add r9, r9, r5\n"
        "movs r5, #1\n add r10, r10, r5\n"
        "ldr r5, [sp, #0]\n subs r5, r5, #1\n str r5, [sp, #0]\n"
        "beq 3f\n"
        "b 1b\n"
        "3:\n"
        "pop {r0, r4-r7}\n"
        "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
        "pop {r4-r7, pc}\n");
}

#elif defined(__ARM_ARCH) && (__ARM_ARCH >= 7) && defined(__thumb2__)

/* r0 to r3 sums, r4 multiplier, r5 offset, r6 k, r7 y, r8 step, r9 3 * step, r10 sums, r11 constants,
 * r12 their distance, lr channels. */
TC_KERNEL __attribute__((naked, noinline)) void tc_requantize_four(const tc_four_run *run __attribute__((unused)))
{
    __asm__(
        "push {r4-r11, lr}\n"
        "ldr r10, [r0]\n ldr r11, [r0, #4]\n ldr r12, [r0, #8]\n ldr lr, [r0, #20]\n"
        "ldr r8, [r0, #16]\n add r9, r8, r8, lsl #1\n"
        "ldr r7, [r0, #12]\n push {r7}\n"
        "1:\n"
        "ldm r11, {r4, r5, r6}\n"
        "ldmia r10!, {r0, r1, r2, r3}\n"
        "add r11, r11, r12\n"
        "smull r7, r0, r4, r0\n smull r7, r1, r4, r1\n smull r7, r2, r4, r2\n smull r7, r3, r4, r3\n"
        "ldr r7, [sp]\n"
        "add r0, r0, r5\n add r1, r1, r5\n add r2, r2, r5\n add r3, r3, r5\n"
        "asr.w r0, r0, r6\n asr.w r1, r1, r6\n asr.w r2, r2, r6\n asr.w r3, r3, r6\n"
        "ssat r0, #8, r0\n ssat r1, #8, r1\n ssat r2, #8, r2\n ssat r3, #8, r3\n"
        "strb r1, [r7, r8]\n strb r2, [r7, r8, lsl #1]\n strb r3, [r7, r9]\n strb r0, [r7], #1\n"
        "str r7, [sp]\n"
        "subs.w lr, lr, #1\n"
        "bne.w 1b\n"
        "add sp, sp, #4\n"
        "pop {r4-r11, pc}\n");
}

#else

static inline void tc_requantize_four(const tc_four_run *run)
{
    const int32_t *q = run->constants;
    for (int32_t c = 0; c < run->channels; c++) {
        for (int32_t i = 0; i < 4; i++) {
            run->y[(i * run->step) + c] = tc_requantize_scalar(run->sums[(4 * c) + i], q[0], q[1], q[2]);
        }
        q += run->constants_bytes / (int32_t)sizeof *q;
    }
}

#endif

#endif

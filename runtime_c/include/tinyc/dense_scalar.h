/* Fully connected layers on cores without SMLAD: parameters and functions.
 *
 * Weights and inputs are kept without sign, as v + 128, so that a product of two bytes fills 16 bits and no more: two
 * channels in one word take one multiplication. A word holds the weights of four channels for one input: channels 0, 2,
 * 1, 3 from the lowest byte. sum (w + 128)(x + 128) = sum w x + 128 sum w + 128 sum (x + 128) for inputs in all; `start`
 * of a channel holds what does not depend on x.
 */
#ifndef TINYC_DENSE_SCALAR_H
#define TINYC_DENSE_SCALAR_H

#include "tinyc/requant_scalar.h"

#define TC_DENSE_UNIT 8 /* inputs are filled up to a multiple of it */
#define TC_DENSE_CONSTANTS 4 /* of a channel: start, then multiplier, offset and k of requant_scalar.h */

typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    const int32_t *weights;   /* [ceil(out_features / 4)][inputs] */
    const int32_t *constants; /* [out_features][4] */
    int32_t low;              /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_dense_s8_bytes;

void tc_dense_s8_scalar(const tc_dense_s8_bytes *restrict p, const int8_t *x, int8_t *y, void *scratch);

typedef struct {
    const int32_t *weights[2]; /* of two groups of four channels */
    const uint8_t *x;
    const uint8_t *x_end;
    int32_t *sums; /* of the eight channels; the products are added */
} tc_dense_run;

_Static_assert(sizeof(void *) > 4u || offsetof(tc_dense_run, sums) == 16u, "the assembly reads it by offsets");

#if defined(__ARM_ARCH) && (__ARM_ARCH == 6) && defined(__thumb__)

/* r0 and r7 weights, r1 input, r2 product, r3 mask, r4 inputs, r5 weights, r6 end; r8 channels 0 and 1 together,
 * r9 channel 1, r10 channels 2 and 3, r11 channel 3; r12 run. */
#define TC_DENSE_INPUT(word, place)                                                                                    \
    "ldrb r1, [r4, #" place "]\n lsrs r2, " word ", #8\n ands r2, r2, r3\n ands " word ", " word ", r3\n"              \
    "muls r2, r1, r2\n add r10, r10, r2\n lsrs r2, r2, #16\n add r11, r11, r2\n"                                       \
    "muls " word ", r1, " word "\n add r8, r8, " word "\n lsrs " word ", " word ", #16\n add r9, r9, " word "\n"
#define TC_DENSE_TWO(first, second)                                                                                    \
    "ldmia r5!, {r0, r7}\n" TC_DENSE_INPUT("r0", first) TC_DENSE_INPUT("r7", second)
#define TC_DENSE_ADD(together, single, place)                                                                          \
    "mov r1, " together "\n mov r2, " single "\n lsls r3, r2, #16\n subs r1, r1, r3\n"                                 \
    "ldr r3, [r0, #" place "]\n adds r3, r3, r1\n str r3, [r0, #" place "]\n"                                          \
    "ldr r3, [r0, #" place " + 4]\n adds r3, r3, r2\n str r3, [r0, #" place " + 4]\n"
#define TC_DENSE_FOUR(weights, sums)                                                                                   \
    "mov r0, r12\n ldr r5, [r0, #" weights "]\n ldr r4, [r0, #8]\n ldr r6, [r0, #12]\n"                                \
    "movs r1, #0\n mov r8, r1\n mov r9, r1\n mov r10, r1\n mov r11, r1\n"                                              \
    "movs r3, #255\n lsls r1, r3, #16\n adds r3, r3, r1\n"                                                             \
    "1:\n .irp place, 0, 2, 4, 6\n" TC_DENSE_TWO("\\place", "\\place + 1") ".endr\n"                                 \
    "adds r4, r4, #8\n cmp r4, r6\n bne 1b\n"                                                                          \
    "mov r0, r12\n ldr r0, [r0, #16]\n"                                                                                \
    TC_DENSE_ADD("r8", "r9", sums) TC_DENSE_ADD("r10", "r11", sums " + 8")

TC_KERNEL __attribute__((naked, noinline)) void tc_dense_eight(const tc_dense_run *run __attribute__((unused)))
{
    __asm__(
        ".syntax unified\n"
        "push {r4-r7, lr}\n"
        "mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n"
        "push {r4-r7}\n"
        "mov r12, r0\n"
        TC_DENSE_FOUR("0", "0") TC_DENSE_FOUR("4", "16")
        "pop {r4-r7}\n"
        "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
        "pop {r4-r7, pc}\n");
}

#elif defined(__ARM_ARCH) && (__ARM_ARCH >= 7) && defined(__thumb2__)

/* r0 to r7 sums, r8 input, r9 weight, r10 inputs, r11 and r12 weights, lr end. */
#define TC_DENSE_INPUT                                                                                                 \
    "ldrb r8, [r10], #1\n"                                                                                             \
    "ldrb r9, [r11], #1\n mla r0, r9, r8, r0\n ldrb r9, [r11], #1\n mla r2, r9, r8, r2\n"                              \
    "ldrb r9, [r11], #1\n mla r1, r9, r8, r1\n ldrb r9, [r11], #1\n mla r3, r9, r8, r3\n"                              \
    "ldrb r9, [r12], #1\n mla r4, r9, r8, r4\n ldrb r9, [r12], #1\n mla r6, r9, r8, r6\n"                              \
    "ldrb r9, [r12], #1\n mla r5, r9, r8, r5\n ldrb r9, [r12], #1\n mla r7, r9, r8, r7\n"

TC_KERNEL __attribute__((naked, noinline)) void tc_dense_eight(const tc_dense_run *run __attribute__((unused)))
{
    __asm__(
        "push {r0, r4-r11, lr}\n"
        "ldr r11, [r0]\n ldr r12, [r0, #4]\n ldr r10, [r0, #8]\n ldr lr, [r0, #12]\n ldr r0, [r0, #16]\n"
        "ldm r0, {r0-r7}\n"
        "1:\n" TC_DENSE_INPUT TC_DENSE_INPUT TC_DENSE_INPUT TC_DENSE_INPUT
        "cmp r10, lr\n"
        "bne.w 1b\n"
        "pop {r8}\n"
        "ldr r8, [r8, #16]\n"
        "stm r8, {r0-r7}\n"
        "pop {r4-r11, pc}\n");
}

#else

static inline void tc_dense_eight(const tc_dense_run *run)
{
    static const int32_t channel_of[4] = {0, 2, 1, 3};
    const int32_t inputs = (int32_t)(run->x_end - run->x);
    for (int32_t k = 0; k < inputs; k++) {
        for (int32_t i = 0; i < 8; i++) {
            const uint32_t word = (uint32_t)run->weights[i / 4][k];
            int32_t *sum = &run->sums[(4 * (i / 4)) + channel_of[i % 4]];
            *sum = (int32_t)((uint32_t)*sum + (((word >> (8 * (i % 4))) & 0xFFu) * run->x[k]));
        }
    }
}

#endif

#endif

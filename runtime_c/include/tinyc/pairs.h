/* Pairs: two pixels in one word, so that one multiplication makes two products.
 *
 * A column word is x of one pixel + x of the next << 16; `columns` holds for each input the words of pixels 0 and 1, and
 * of pixels 2 and 3. A product with a weight adds to two lanes of 16 bits at once. The sums are moved on before a lane
 * can overflow: a bit for every two inputs says where, and the stream of weights has them in front of 64 inputs.
 *
 *   stream of one channel:  start, bias, then for every 64 inputs: bits (the first input highest), weights by four.
 *
 * `total` sums the lanes as they are, modulo 2^32, `upper` the upper lane alone; each part begins at 0x8000, which keeps
 * the lower lane from borrowing. `start` makes up for it, so that total - (upper << 16) is the lower lane's sum.
 */
#ifndef TINYC_PAIRS_H
#define TINYC_PAIRS_H

#include "tinyc/requant_four.h"

#include <string.h>

#define TC_PAIRS_BLOCK 64 /* inputs that one word of bits describes */
#define TC_PAIRS_CONSTANTS 3 /* of a channel: multiplier, offset and k of requant_scalar.h */
#define TC_PAIRS_CHANNELS 8 /* at a time */

typedef struct {
    const int32_t *weights; /* left behind the last channel */
    const uint32_t *columns;
    const uint32_t *columns_end;
    int32_t *sums; /* [channels][4]; left behind them */
    int32_t channels; /* at least 1 */
} tc_pairs_run;

_Static_assert(sizeof(void *) > 4u || offsetof(tc_pairs_run, channels) == 16u, "the assembly reads it by offsets");

#if defined(__ARM_ARCH) && (__ARM_ARCH == 6) && defined(__thumb__)

/* r0 four weights, r1 a weight, r2 and r3 column words, r4 columns, r5 weights, r6 bits, r7 0x8000; r8 and r9 lanes,
 * r10 and r11 total, r12 and lr upper. */
#define TC_PAIRS_STEP                                                                                                  \
    "ldmia r4!, {r2, r3}\n muls r2, r1, r2\n add r8, r8, r2\n muls r3, r1, r3\n add r9, r9, r3\n"
#define TC_PAIRS_MOVE_ON                                                                                               \
    "lsls r6, r6, #1\n bcc 5f\n"                                                                                       \
    "mov r1, r8\n add r10, r10, r1\n asrs r1, r1, #16\n add r12, r12, r1\n mov r8, r7\n"                               \
    "mov r1, r9\n add r11, r11, r1\n asrs r1, r1, #16\n add lr, lr, r1\n mov r9, r7\n"                                 \
    "5:\n"

TC_KERNEL __attribute__((naked, noinline)) void tc_pairs_sums(tc_pairs_run *run __attribute__((unused)))
{
    __asm__(
        ".syntax unified\n"
        "push {r4-r7, lr}\n"
        "mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n"
        "push {r4-r7}\n"
        "sub sp, sp, #8\n"
        "str r0, [sp, #4]\n"
        "ldr r5, [r0, #0]\n"
        "movs r7, #128\n lsls r7, r7, #8\n"
        "1:\n" /* a channel */
        "ldr r0, [sp, #4]\n"
        "ldr r4, [r0, #4]\n"
        "ldmia r5!, {r0, r1}\n"
        "mov r10, r0\n mov r11, r0\n mov r12, r1\n mov lr, r1\n"
        "mov r8, r7\n mov r9, r7\n"
        "2:\n" /* 64 inputs, or what is left */
        "ldmia r5!, {r6}\n"
        "ldr r0, [sp, #4]\n"
        "ldr r1, [r0, #8]\n"
        "movs r2, #128\n lsls r2, r2, #2\n adds r2, r4, r2\n"
        "cmp r2, r1\n"
        "bls 3f\n"
        "movs r2, r1\n"
        "3:\n"
        "str r2, [sp, #0]\n"
        "4:\n" /* four inputs */
        "ldmia r5!, {r0}\n"
        "sxtb r1, r0\n" TC_PAIRS_STEP
        "lsls r1, r0, #16\n asrs r1, r1, #24\n" TC_PAIRS_STEP TC_PAIRS_MOVE_ON
        "lsls r1, r0, #8\n asrs r1, r1, #24\n" TC_PAIRS_STEP
        "asrs r1, r0, #24\n" TC_PAIRS_STEP TC_PAIRS_MOVE_ON
        "ldr r1, [sp, #0]\n"
        "cmp r4, r1\n"
        "bne 4b\n"
        "ldr r0, [sp, #4]\n"
        "ldr r2, [r0, #8]\n"
        "cmp r1, r2\n"
        "bne 2b\n"
        "ldr r3, [r0, #12]\n"
        "mov r1, r10\n mov r2, r12\n lsls r4, r2, #16\n subs r1, r1, r4\n stmia r3!, {r1, r2}\n"
        "mov r1, r11\n mov r2, lr\n lsls r4, r2, #16\n subs r1, r1, r4\n stmia r3!, {r1, r2}\n"
        "str r3, [r0, #12]\n"
        "ldr r1, [r0, #16]\n"
        "subs r1, r1, #1\n"
        "str r1, [r0, #16]\n"
        "bne 1b\n"
        "str r5, [r0, #0]\n"
        "add sp, sp, #8\n"
        "pop {r4-r7}\n"
        "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
        "pop {r4-r7, pc}\n");
}

#elif defined(__ARM_ARCH) && (__ARM_ARCH >= 7) && defined(__thumb2__)

/* r0 four weights, r1 a weight, r2 and r3 column words, r4 columns, r5 weights, r6 bits, r7 and r8 lanes,
 * r9 and r10 total, r11 and r12 upper, lr end of these 64 inputs. */
#define TC_PAIRS_STEP "ldmia r4!, {r2, r3}\n mla r7, r2, r1, r7\n mla r8, r3, r1, r8\n"
#define TC_PAIRS_MOVE_ON                                                                                               \
    "lsls r6, r6, #1\n bcc 5f\n"                                                                                       \
    "add r9, r9, r7\n add.w r11, r11, r7, asr #16\n mov.w r7, #0x8000\n"                                               \
    "add r10, r10, r8\n add.w r12, r12, r8, asr #16\n mov.w r8, #0x8000\n"                                             \
    "5:\n"

TC_KERNEL __attribute__((naked, noinline)) void tc_pairs_sums(tc_pairs_run *run __attribute__((unused)))
{
    __asm__(
        "push {r4-r11, lr}\n"
        "sub sp, sp, #4\n"
        "str r0, [sp]\n"
        "ldr r5, [r0]\n"
        "1:\n" /* a channel */
        "ldr r0, [sp]\n"
        "ldr r4, [r0, #4]\n"
        "ldmia r5!, {r9, r11}\n"
        "mov r10, r9\n mov r12, r11\n"
        "mov.w r7, #0x8000\n mov.w r8, #0x8000\n"
        "2:\n" /* 64 inputs, or what is left */
        "ldr r0, [sp]\n"
        "ldr r6, [r5], #4\n"
        "ldr r1, [r0, #8]\n"
        "add.w lr, r4, #512\n"
        "cmp lr, r1\n"
        "it hi\n"
        "movhi lr, r1\n"
        "4:\n" /* four inputs */
        "ldr r0, [r5], #4\n"
        "sxtb r1, r0\n" TC_PAIRS_STEP
        "sxtb.w r1, r0, ror #8\n" TC_PAIRS_STEP TC_PAIRS_MOVE_ON
        "sxtb.w r1, r0, ror #16\n" TC_PAIRS_STEP
        "asrs r1, r0, #24\n" TC_PAIRS_STEP TC_PAIRS_MOVE_ON
        "cmp r4, lr\n"
        "bne 4b\n"
        "ldr r0, [sp]\n"
        "ldr r1, [r0, #8]\n"
        "cmp r4, r1\n"
        "bne 2b\n"
        "ldr r1, [r0, #12]\n"
        "sub.w r9, r9, r11, lsl #16\n sub.w r10, r10, r12, lsl #16\n"
        "strd r9, r11, [r1], #8\n strd r10, r12, [r1], #8\n"
        "str r1, [r0, #12]\n"
        "ldr r1, [r0, #16]\n"
        "subs r1, r1, #1\n"
        "str r1, [r0, #16]\n"
        "bne 1b\n"
        "str r5, [r0]\n"
        "add sp, sp, #4\n"
        "pop {r4-r11, pc}\n");
}

#else

static inline void tc_pairs_sums(tc_pairs_run *run)
{
    const int32_t inputs = (int32_t)((run->columns_end - run->columns) / 2);
    for (; run->channels > 0; run->channels--) {
        const uint32_t start = (uint32_t)run->weights[0];
        uint32_t total[2] = {start, start};
        int32_t upper[2] = {run->weights[1], run->weights[1]};
        uint32_t lanes[2] = {0x8000u, 0x8000u};
        uint32_t bits = 0u;
        uint32_t four = 0u;
        run->weights += 2;
        for (int32_t k = 0; k < inputs; k++) {
            if ((k % TC_PAIRS_BLOCK) == 0) {
                bits = (uint32_t)*run->weights++;
            }
            if ((k % 4) == 0) {
                four = (uint32_t)*run->weights++;
            }
            const uint32_t weight = (uint32_t)(int32_t)(int8_t)(uint8_t)(four & 0xFFu);
            four >>= 8;
            lanes[0] += weight * run->columns[2 * k];
            lanes[1] += weight * run->columns[(2 * k) + 1];
            if ((k % 2) != 0) {
                if ((bits >> 31) != 0u) {
                    for (int32_t i = 0; i < 2; i++) {
                        total[i] += lanes[i];
                        upper[i] += (int32_t)lanes[i] >> 16;
                        lanes[i] = 0x8000u;
                    }
                }
                bits <<= 1;
            }
        }
        for (int32_t i = 0; i < 2; i++) {
            run->sums[0] = (int32_t)(total[i] - ((uint32_t)upper[i] << 16));
            run->sums[1] = upper[i];
            run->sums += 2;
        }
    }
}

#endif

/* All channels of `count` pixels, at most four, from their columns. */
static inline void tc_pairs_pixels(const int32_t *weights, const int32_t *constants, const uint32_t *columns,
                                   int32_t input_quads, int32_t channels, int32_t count, int8_t *y)
{
    int32_t sums[4 * TC_PAIRS_CHANNELS];
    int8_t few[4 * TC_PAIRS_CHANNELS];
    for (int32_t first = 0; first < channels; first += TC_PAIRS_CHANNELS) {
        const int32_t block = tc_min_i32(channels - first, TC_PAIRS_CHANNELS);
        tc_pairs_run run = {weights, columns, &columns[8 * input_quads], sums, block};
        tc_four_run four = {sums, constants, 4 * TC_PAIRS_CONSTANTS, &y[first], channels, block};
        tc_pairs_sums(&run);
        if (count < 4) {
            four.y = few;
            four.step = TC_PAIRS_CHANNELS;
        }
        tc_requantize_four(&four);
        for (int32_t i = 0; (count < 4) && (i < count); i++) {
            (void)memcpy(&y[(i * channels) + first], &few[i * TC_PAIRS_CHANNELS], (size_t)block);
        }
        weights = run.weights;
        constants = &constants[TC_PAIRS_CONSTANTS * block];
    }
}

#endif

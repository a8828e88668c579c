/* Sums of products in float32: four channels x five pixels in registers.
 *
 * Every sum starts at its bias and takes one product and one addition per input, in the order of the weights: the same
 * bits as the reference. Weights: [channels / 4][inputs][4]; zeros fill up the channels.
 */
#ifndef TINYC_BLOCK_F32_H
#define TINYC_BLOCK_F32_H

#include "tinyc/kernel.h"

#include <string.h>

#define TC_BLOCK_PIXELS 5
#define TC_BLOCK_CHANNELS 4

/* Inputs that lie side by side, of five pixels. Kept as words: scratch memory is aligned for no more. */
typedef struct {
    const float *x[TC_BLOCK_PIXELS];
    int32_t count; /* at least 1 */
} tc_block_part;

#define TC_BLOCK_PART_WORDS (sizeof(tc_block_part) / sizeof(uint32_t))

typedef struct {
    const float *weights;
    const uint32_t *parts; /* at least one tc_block_part */
    const uint32_t *parts_end;
    const float *bias;
    float *y;
    int32_t step_bytes; /* from pixel to pixel of y */
    int32_t pixels;     /* to store: 1 to 5 */
    int32_t quads;      /* groups of four channels, at least 1 */
    float low;          /* bounds */
    float high;
    int32_t has_low; /* not 0 where a bound is finite */
    int32_t has_high;
} tc_block_run;

_Static_assert(sizeof(void *) > 4u || offsetof(tc_block_run, has_high) == 44u, "the assembly reads it by offsets");

#if defined(__ARM_FP) && ((__ARM_FP & 4) != 0) && defined(__thumb2__)

/* s0 to s19 sums by pixel, s20 to s23 weights, s24 to s28 inputs, s29 to s31 products; r0 to r4 inputs, r5 weights,
 * r6 count, r7 parts, r8 their end, r9 run, r10 bias, r11 y, r12 its step, lr quads. */
#define TC_BLOCK_PIXEL(x, c0, c1, c2, c3)                                                                              \
    "vmul.f32 s29, s20, " x "\n vmul.f32 s30, s21, " x "\n vmul.f32 s31, s22, " x "\n"                                 \
    "vadd.f32 " c0 ", " c0 ", s29\n vmul.f32 s29, s23, " x "\n"                                                        \
    "vadd.f32 " c1 ", " c1 ", s30\n vadd.f32 " c2 ", " c2 ", s31\n vadd.f32 " c3 ", " c3 ", s29\n"
#define TC_BLOCK_INPUT(place)                                                                                          \
    "vldmia r5!, {s20-s23}\n"                                                                                          \
    "vldr s24, [r0, #" place "]\n vldr s25, [r1, #" place "]\n vldr s26, [r2, #" place "]\n"                           \
    "vldr s27, [r3, #" place "]\n vldr s28, [r4, #" place "]\n"                                                        \
    TC_BLOCK_PIXEL("s24", "s0", "s1", "s2", "s3") TC_BLOCK_PIXEL("s25", "s4", "s5", "s6", "s7")                        \
    TC_BLOCK_PIXEL("s26", "s8", "s9", "s10", "s11") TC_BLOCK_PIXEL("s27", "s12", "s13", "s14", "s15")                  \
    TC_BLOCK_PIXEL("s28", "s16", "s17", "s18", "s19")
#define TC_BLOCK_SKIP(bytes)                                                                                           \
    "adds r0, r0, #" bytes "\n adds r1, r1, #" bytes "\n adds r2, r2, #" bytes "\n adds r3, r3, #" bytes "\n"          \
    "adds r4, r4, #" bytes "\n"

#define TC_BLOCK_BOUNDS(condition)                                                                                     \
    ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19\n"                                   \
    "vcmp.f32 s\\n, s20\n vmrs APSR_nzcv, fpscr\n it " condition "\n vmov" condition ".f32 s\\n, s20\n"                \
    ".endr\n"
#define TC_BLOCK_STORE(sums) "vstm r0, {" sums "}\n subs r1, r1, #1\n beq.n 8f\n add r0, r0, r12\n"

TC_KERNEL __attribute__((naked, noinline)) void tc_block_quads(const tc_block_run *run __attribute__((unused)))
{
    __asm__(
        "push {r4-r11, lr}\n"
        "vpush {s16-s31}\n"
        "mov r9, r0\n"
        "ldr r5, [r9]\n ldr r8, [r9, #8]\n ldr r10, [r9, #12]\n ldr r11, [r9, #16]\n ldr r12, [r9, #20]\n"
        "ldr lr, [r9, #28]\n"
        "0:\n" /* four channels */
        "vldmia r10, {s0-s3}\n vldmia r10, {s4-s7}\n vldmia r10, {s8-s11}\n vldmia r10, {s12-s15}\n"
        "vldmia r10!, {s16-s19}\n"
        "ldr r7, [r9, #4]\n"
        "1:\n" /* a part */
        "ldmia r7!, {r0-r4, r6}\n"
        "subs r6, r6, #4\n"
        "bmi.w 3f\n"
        "2:\n .irp place, 0, 4, 8, 12\n" TC_BLOCK_INPUT("\\place") ".endr\n" TC_BLOCK_SKIP("16")
        "subs r6, r6, #4\n"
        "bpl.w 2b\n"
        "3:\n"
        "adds r6, r6, #4\n"
        "beq.w 5f\n"
        "4:\n" TC_BLOCK_INPUT("0") TC_BLOCK_SKIP("4")
        "subs r6, r6, #1\n"
        "bne.w 4b\n"
        "5:\n"
        "cmp r7, r8\n"
        "bne.w 1b\n"
        "ldrd r0, r1, [r9, #40]\n"
        "cmp r0, #0\n"
        "bne.w 9f\n"
        "6:\n"
        "cmp r1, #0\n"
        "beq.w 7f\n"
        "vldr s20, [r9, #36]\n" TC_BLOCK_BOUNDS("gt")
        "7:\n"
        "ldr r1, [r9, #24]\n"
        "mov r0, r11\n"
        TC_BLOCK_STORE("s0-s3") TC_BLOCK_STORE("s4-s7") TC_BLOCK_STORE("s8-s11") TC_BLOCK_STORE("s12-s15")
        "vstm r0, {s16-s19}\n"
        "8:\n"
        "add r11, r11, #16\n"
        "subs.w lr, lr, #1\n"
        "bne.w 0b\n"
        "vpop {s16-s31}\n"
        "pop {r4-r11, pc}\n"
        "9:\n"
        "vldr s20, [r9, #32]\n" TC_BLOCK_BOUNDS("mi")
        "b.w 6b\n");
}

#else

static inline void tc_block_quads(const tc_block_run *run)
{
    const float *w = run->weights;
    for (int32_t quad = 0; quad < run->quads; quad++) {
        float sums[TC_BLOCK_PIXELS * TC_BLOCK_CHANNELS];
        for (int32_t i = 0; i < (TC_BLOCK_PIXELS * TC_BLOCK_CHANNELS); i++) {
            sums[i] = run->bias[(quad * TC_BLOCK_CHANNELS) + (i % TC_BLOCK_CHANNELS)];
        }
        for (const uint32_t *words = run->parts; words < run->parts_end; words += TC_BLOCK_PART_WORDS) {
            tc_block_part part;
            (void)memcpy(&part, words, sizeof part);
            for (int32_t k = 0; k < part.count; k++, w += TC_BLOCK_CHANNELS) {
                for (int32_t i = 0; i < (TC_BLOCK_PIXELS * TC_BLOCK_CHANNELS); i++) {
                    const float product = part.x[i / TC_BLOCK_CHANNELS][k] * w[i % TC_BLOCK_CHANNELS];
                    sums[i] += product;
                }
            }
        }
        for (int32_t i = 0; i < (run->pixels * TC_BLOCK_CHANNELS); i++) {
            const int32_t place = (i / TC_BLOCK_CHANNELS) * (run->step_bytes / (int32_t)sizeof(float));
            run->y[place + (quad * TC_BLOCK_CHANNELS) + (i % TC_BLOCK_CHANNELS)] =
                tc_clamp_f32(sums[i], run->low, run->high);
        }
    }
}

#endif

#endif

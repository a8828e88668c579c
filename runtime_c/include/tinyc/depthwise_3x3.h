/* The inner block of depthwise 3x3 on planes (planes.h) of 18 rows: two rows x two columns of outputs at a time.
 *
 * weights of a channel in the parameters: [row][4] bytes w0 w1 w1 w2, so that SXTB16 yields the pairs (w0, w1) and
 * (w1, w2). Per row of a window, with X0 = (x0, x1) and so on:
 *   stride 1: y0 += SMLAD(X0, w0 w1) + SMLABT(X1, w1 w2), y1 += SMLATB(X0, w0 w1) + SMLAD(X1, w1 w2)
 *   stride 2: y0 += SMLAD(X0, w0 w1) + SMLABT(X1, w1 w2), y1 += SMLAD(X1, w0 w1) + SMLABT(X2, w1 w2)
 */
#ifndef TINYC_DEPTHWISE_3X3_H
#define TINYC_DEPTHWISE_3X3_H

#include "tinyc/requant_dsp.h"

#define TC_DW3X3_PITCH 18
#define TC_DW3X3_SHIFT 8 /* of the fast form, whose shift is part of the instruction */

/* One channel of a band. The blocks use up `plane`, `y` and `columns`. */
typedef struct {
    const uint32_t *plane;
    int8_t *y;
    int32_t step;      /* bytes from one output to its right neighbour */
    int32_t row_bytes; /* to the neighbour below */
    int32_t last;      /* bytes from the first to the last pair of rows in a column of the plane */
    int32_t columns;   /* of outputs */
    uint32_t weights[6]; /* of each row w0 w1, then w1 w2 */
    int32_t bias;
    int32_t multiplier;
    int32_t offset;
    int32_t shift;
} tc_dw3x3;

#if defined(TC_SIMD_ARM) && defined(__ARM_FP)

_Static_assert(offsetof(tc_dw3x3, shift) == 60u, "the assembly reads tc_dw3x3 by these offsets");

/* r0 r1 (lr) inputs, r2 r3 outputs of the upper row, r4 r5 of the lower, r6 to r11 weights, r12 plane.
 * s0 multiplier, s1 offset, s2 bias, s3 step, s4 row_bytes, s5 last pair of rows, s6 outputs, s7 shift. */
#define TC_DW_BEGIN                                                                                                    \
    "push {r0, r4-r11, lr}\n"                                                                                          \
    "ldr r2, [r0, #12]\n vmov s4, r2\n"                                                                                \
    "add.w r1, r0, #24\n ldm r1, {r6-r11}\n"                                                                           \
    "add.w r1, r0, #48\n ldm r1, {r2-r5}\n"                                                                            \
    "vmov s2, r2\n vmov s0, r3\n vmov s1, r4\n vmov s7, r5\n"                                                          \
    "1:\n" /* two columns */                                                                                           \
    "ldr r0, [sp]\n"                                                                                                   \
    "ldm r0, {r1, r2, r3, r4, r5, r12}\n"                                                                              \
    "add r5, r5, r1\n vmov s5, r5\n"                                                                                   \
    "add.w r5, r2, r3, lsl #1\n"                                                                                       \
    "subs r4, r12, #2\n"                                                                                               \
    "it mi\n movmi r3, #0\n" /* one column: the right outputs go where the left ones follow */                         \
    "vmov s3, r3\n"                                                                                                    \
    "str r4, [r0, #20]\n"                                                                                              \
    "mov r12, r1\n"
#define TC_DW_ENDS                                                                                                     \
    "ldr r0, [sp]\n ldr r1, [r0, #20]\n cmp r1, #0\n bgt 1b\n"                                                         \
    "pop {r0, r4-r11, pc}\n"
#define TC_DW_STORE(y)                                                                                                 \
    "strb r3, [" y ", r0]\n strb r2, [" y "]\n add " y ", " y ", r1\n"                                                 \
    "strb r5, [" y ", r0]\n strb r4, [" y "]\n add " y ", " y ", r1\n"
#define TC_DW_ROW1(a, b, first, second)                                                                                \
    "smlatb " b ", r0, " first ", " b "\n smlad " a ", r0, " first ", " a "\n"                                         \
    "smlad " b ", r1, " second ", " b "\n smlabt " a ", r1, " second ", " a "\n"
#define TC_DW_ROW2(a, b, first, second)                                                                                \
    "smlad " a ", r0, " first ", " a "\n smlad " b ", r1, " first ", " b "\n"                                          \
    "smlabt " a ", r1, " second ", " a "\n smlabt " b ", lr, " second ", " b "\n"
#define TC_DW_FAST                                                                                                     \
    "vmov r0, s0\n vmov r1, s1\n"                                                                                      \
    "smmla r2, r2, r0, r1\n smmla r3, r3, r0, r1\n smmla r4, r4, r0, r1\n smmla r5, r5, r0, r1\n"                      \
    "ssat r2, #8, r2, asr #8\n ssat r3, #8, r3, asr #8\n ssat r4, #8, r4, asr #8\n ssat r5, #8, r5, asr #8\n"
#define TC_DW_ANY                                                                                                      \
    "vmov r0, s0\n vmov r1, s1\n"                                                                                      \
    "smmla r2, r2, r0, r1\n smmla r3, r3, r0, r1\n smmla r4, r4, r0, r1\n smmla r5, r5, r0, r1\n"                      \
    "vmov r0, s7\n"                                                                                                    \
    "asr r2, r2, r0\n asr r3, r3, r0\n asr r4, r4, r0\n asr r5, r5, r0\n"                                              \
    "ssat r2, #8, r2\n ssat r3, #8, r3\n ssat r4, #8, r4\n ssat r5, #8, r5\n"

/* Blocks from top to bottom; an odd last row makes the last block overlap the one before. */
#define TC_DW_STRIDE1(requantise)                                                                                      \
    TC_DW_BEGIN                                                                                                        \
    "add.w r1, r1, #72\n strd r1, r5, [r0]\n mov lr, r2\n"                                                             \
    "2:\n"                                                                                                             \
    "ldr r0, [r12]\n ldr r1, [r12, #72]\n vmov r5, s2\n"                                                               \
    "smlad r2, r0, r6, r5\n smlatb r3, r0, r6, r5\n smlabt r2, r1, r7, r2\n smlad r3, r1, r7, r3\n"                    \
    "ldr r0, [r12, #4]\n ldr r1, [r12, #76]\n"                                                                         \
    "smlad r4, r0, r6, r5\n smlatb r5, r0, r6, r5\n smlabt r4, r1, r7, r4\n smlad r5, r1, r7, r5\n"                    \
    TC_DW_ROW1("r2", "r3", "r8", "r9")                                                                                 \
    "ldr r1, [r12, #80]\n ldr r0, [r12, #8]!\n"                                                                        \
    TC_DW_ROW1("r2", "r3", "r10", "r11") TC_DW_ROW1("r4", "r5", "r8", "r9")                                            \
    "ldr r0, [r12, #4]\n ldr r1, [r12, #76]\n"                                                                         \
    TC_DW_ROW1("r4", "r5", "r10", "r11")                                                                               \
    requantise                                                                                                         \
    "vmov r0, s3\n vmov r1, s4\n" TC_DW_STORE("lr")                                                                    \
    "vmov r0, s5\n cmp r12, r0\n bls 2b\n"                                                                             \
    "sub r2, r12, r0\n cmp r2, #4\n"                                                                                   \
    "ittt eq\n moveq r12, r0\n subeq lr, lr, r1\n beq 2b\n"                                                            \
    TC_DW_ENDS
#define TC_DW_STRIDE2(requantise)                                                                                      \
    TC_DW_BEGIN                                                                                                        \
    "add.w r1, r1, #144\n strd r1, r5, [r0]\n vmov s6, r2\n"                                                           \
    "2:\n"                                                                                                             \
    "ldr r0, [r12]\n ldr r1, [r12, #72]\n ldr lr, [r12, #144]\n vmov r5, s2\n"                                         \
    "smlad r2, r0, r6, r5\n smlad r3, r1, r6, r5\n smlabt r2, r1, r7, r2\n smlabt r3, lr, r7, r3\n"                    \
    "ldr r0, [r12, #4]\n ldr r1, [r12, #76]\n ldr lr, [r12, #148]\n"                                                   \
    TC_DW_ROW2("r2", "r3", "r8", "r9")                                                                                 \
    "ldr r0, [r12, #8]\n ldr r1, [r12, #80]\n ldr lr, [r12, #152]\n"                                                   \
    TC_DW_ROW2("r2", "r3", "r10", "r11")                                                                               \
    "smlad r4, r0, r6, r5\n smlad r5, r1, r6, r5\n smlabt r4, r1, r7, r4\n smlabt r5, lr, r7, r5\n"                    \
    "ldr r0, [r12, #12]\n ldr r1, [r12, #84]\n ldr lr, [r12, #156]\n"                                                  \
    TC_DW_ROW2("r4", "r5", "r8", "r9")                                                                                 \
    "ldr r1, [r12, #88]\n ldr lr, [r12, #160]\n ldr r0, [r12, #16]!\n"                                                 \
    TC_DW_ROW2("r4", "r5", "r10", "r11")                                                                               \
    requantise                                                                                                         \
    "vmov lr, s6\n vmov r0, s3\n vmov r1, s4\n" TC_DW_STORE("lr")                                                      \
    "vmov r0, s5\n cmp r12, r0\n"                                                                                      \
    "vmov s6, lr\n bls 2b\n"                                                                                           \
    "sub r2, r12, r0\n cmp r2, #8\n"                                                                                   \
    "itttt eq\n moveq r12, r0\n subeq lr, lr, r1\n vmoveq s6, lr\n beq 2b\n"                                           \
    TC_DW_ENDS

#define TC_DW_FUNCTION(name, body)                                                                                     \
    TC_KERNEL __attribute__((naked, noinline)) void name(tc_dw3x3 *run __attribute__((unused))) { __asm__(body); }

TC_DW_FUNCTION(tc_dw3x3_by1, TC_DW_STRIDE1(TC_DW_FAST))
TC_DW_FUNCTION(tc_dw3x3_by1_any, TC_DW_STRIDE1(TC_DW_ANY))
TC_DW_FUNCTION(tc_dw3x3_by2, TC_DW_STRIDE2(TC_DW_FAST))
TC_DW_FUNCTION(tc_dw3x3_by2_any, TC_DW_STRIDE2(TC_DW_ANY))

#else

/* One output from its window's upper left word; `odd` if the window begins in the word's upper half. */
static inline int8_t tc_dw3x3_one(const tc_dw3x3 *run, const uint32_t *x, int odd)
{
    int32_t acc = run->bias;
    for (int32_t row = 0; row < 3; row++) {
        const uint32_t first = run->weights[2 * row];
        const uint32_t second = run->weights[(2 * row) + 1];
        const uint32_t left = x[row];
        const uint32_t right = x[TC_DW3X3_PITCH + row];
        acc = odd ? tc_smlad(right, second, tc_smlatb(left, first, acc))
                  : tc_smlabt(right, second, tc_smlad(left, first, acc));
    }
    return tc_requantize_dsp(acc, run->multiplier, run->offset, run->shift);
}

static inline void tc_dw3x3_twin(const tc_dw3x3 *run, int32_t stride)
{
    const int32_t rows = (run->last / (4 * stride)) + 2;
    for (int32_t column = 0; column < run->columns; column++) {
        const int32_t left = column * stride;
        for (int32_t row = 0; row < rows; row++) {
            const uint32_t *x = &run->plane[((left / 2) * TC_DW3X3_PITCH) + (row * stride)];
            run->y[(row * run->row_bytes) + (column * run->step)] = tc_dw3x3_one(run, x, left % 2);
        }
    }
}

static inline void tc_dw3x3_by1(const tc_dw3x3 *run)
{
    tc_dw3x3_twin(run, 1);
}

static inline void tc_dw3x3_by1_any(const tc_dw3x3 *run)
{
    tc_dw3x3_twin(run, 1);
}

static inline void tc_dw3x3_by2(const tc_dw3x3 *run)
{
    tc_dw3x3_twin(run, 2);
}

static inline void tc_dw3x3_by2_any(const tc_dw3x3 *run)
{
    tc_dw3x3_twin(run, 2);
}

#endif

#endif

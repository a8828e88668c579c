/* The inner block of depthwise 3x3 on planes (planes.h) of 27 rows: two rows x two columns of outputs at a time.
 *
 * weights of a channel in the parameters: [row][4] bytes w0 w1 w1 w2, so that SXTB16 yields the pairs (w0, w1) and
 * (w1, w2). Per row of a window, with X0 = (x0, x1) and so on:
 *   stride 1: y0 += SMLAD(X0, w0 w1) + SMLABT(X1, w1 w2), y1 += SMLATB(X0, w0 w1) + SMLAD(X1, w1 w2)
 *   stride 2: y0 += SMLAD(X0, w0 w1) + SMLABT(X1, w1 w2), y1 += SMLAD(X1, w0 w1) + SMLABT(X2, w1 w2)
 */
#ifndef TINYC_DEPTHWISE_3X3_H
#define TINYC_DEPTHWISE_3X3_H

#include "tinyc/requant_dsp.h"

#define TC_DW3X3_PITCH 27

/* One channel of a band. */
typedef struct {
    const uint32_t *plane;
    int8_t *y;
    int32_t columns;          /* of outputs */
    const int32_t *weights;   /* three words */
    const int32_t *constants; /* sum to start from, multiplier, offset, shift, e: scale sum and weights by 2^e */
    int32_t step;             /* bytes from one output to its right neighbour */
    int32_t row_bytes;        /* to the neighbour below */
    int32_t last;             /* bytes from the first to the last pair of rows in a column of the plane */
    int32_t stride;           /* 1 or 2 */
} tc_dw3x3;

/* Words of four planes that are so far apart: to the last row of the last pair of columns. */
static inline int32_t tc_dw3x3_words(int32_t plane_words, int32_t pairs, int32_t band_rows, int32_t stride)
{
    return (3 * plane_words) + ((pairs - 1) * TC_DW3X3_PITCH) + ((tc_max_i32(band_rows, 2) - 1) * stride) + 3;
}

#if defined(TC_SIMD_ARM) && defined(__ARM_FP)

_Static_assert(TC_DW3X3_PITCH == 27, "the assembly finds the next column 108 bytes further on");
_Static_assert(offsetof(tc_dw3x3, stride) == 32u, "the assembly reads tc_dw3x3 by these offsets");

/* r0 r1 (lr) inputs, r2 r3 outputs of the upper row, r4 r5 of the lower, r6 to r11 weights, r12 plane.
 * s0 multiplier, s1 offset, s2 bias, s3 step, s4 row_bytes, s5 last pair of rows, s6 outputs, s7 shift;
 * of the next column: s8 plane, s9 outputs; s10 columns left, s11 last. */
#define TC_DW_SCALED(w) "lsl " w ", " w ", r12\n bic " w ", " w ", r3, lsl #16\n"
#define TC_DW_BEGIN                                                                                                    \
    "push {r4-r11, lr}\n"                                                                                              \
    "ldr lr, [r0, #32]\n"                                                                                              \
    "ldm r0, {r1-r8}\n"                                                                                                \
    "vmov s8, r1\n vmov s9, r2\n vmov s10, r3\n vmov s3, r6\n vmov s4, r7\n vmov s11, r8\n"                            \
    "ldm r5, {r0, r1, r2, r3, r12}\n"                                                                                  \
    "vmov s2, r0\n vmov s0, r1\n vmov s1, r2\n vmov s7, r3\n"                                                          \
    "ldm r4, {r0, r1, r2}\n"                                                                                           \
    "mov r3, #1\n lsl r3, r3, r12\n sub r3, r3, #1\n" /* what leaves the lower half */                                 \
    "sxtb16 r6, r0\n sxtb16 r7, r0, ror #8\n"                                                                          \
    "sxtb16 r8, r1\n sxtb16 r9, r1, ror #8\n"                                                                          \
    "sxtb16 r10, r2\n sxtb16 r11, r2, ror #8\n" TC_DW_SCALED("r6") TC_DW_SCALED("r7") TC_DW_SCALED("r8")               \
        TC_DW_SCALED("r9") TC_DW_SCALED("r10") TC_DW_SCALED("r11")
/* Two columns at a time, at label `head`. */
#define TC_DW_COLUMNS(head, plane_bytes)                                                                               \
    head ":\n"                                                                                                         \
    "vmov r12, s8\n vmov lr, s9\n vmov r0, s3\n vmov r1, s10\n vmov r2, s11\n"                                         \
    "add r3, r12, " plane_bytes "\n vmov s8, r3\n"                                                                     \
    "add r3, lr, r0, lsl #1\n vmov s9, r3\n"                                                                           \
    "add r2, r2, r12\n vmov s5, r2\n"                                                                                  \
    "subs r1, r1, #2\n vmov s10, r1\n"                                                                                 \
    "it mi\n movmi r0, #0\n" /* one column: the right outputs go where the left ones follow */                         \
    "vmov s3, r0\n"
#define TC_DW_ENDS(head)                                                                                               \
    "vmov r0, s10\n cmp r0, #0\n bgt.w " head "b\n"                                                                    \
    "pop {r4-r11, pc}\n"
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

/* Two rows x two columns from the sums that begin in r5; moves the plane on by two rows. */
#define TC_DW_SUMS1                                                                                                    \
    "ldr r0, [r12]\n ldr r1, [r12, #108]\n vmov r5, s2\n"                                                              \
    "smlad r2, r0, r6, r5\n smlatb r3, r0, r6, r5\n smlabt r2, r1, r7, r2\n smlad r3, r1, r7, r3\n"                    \
    "ldr r0, [r12, #4]\n ldr r1, [r12, #112]\n"                                                                        \
    "smlad r4, r0, r6, r5\n smlatb r5, r0, r6, r5\n smlabt r4, r1, r7, r4\n smlad r5, r1, r7, r5\n"                    \
    TC_DW_ROW1("r2", "r3", "r8", "r9")                                                                                 \
    "ldr r1, [r12, #116]\n ldr r0, [r12, #8]!\n"                                                                       \
    TC_DW_ROW1("r2", "r3", "r10", "r11") TC_DW_ROW1("r4", "r5", "r8", "r9")                                            \
    "ldr r0, [r12, #4]\n ldr r1, [r12, #112]\n"                                                                        \
    TC_DW_ROW1("r4", "r5", "r10", "r11")
/* The same for stride 2; lr is not kept. */
#define TC_DW_SUMS2                                                                                                    \
    "ldr r0, [r12]\n ldr r1, [r12, #108]\n ldr lr, [r12, #216]\n vmov r5, s2\n"                                        \
    "smlad r2, r0, r6, r5\n smlad r3, r1, r6, r5\n smlabt r2, r1, r7, r2\n smlabt r3, lr, r7, r3\n"                    \
    "ldr r0, [r12, #4]\n ldr r1, [r12, #112]\n ldr lr, [r12, #220]\n"                                                  \
    TC_DW_ROW2("r2", "r3", "r8", "r9")                                                                                 \
    "ldr r0, [r12, #8]\n ldr r1, [r12, #116]\n ldr lr, [r12, #224]\n"                                                  \
    TC_DW_ROW2("r2", "r3", "r10", "r11")                                                                               \
    "smlad r4, r0, r6, r5\n smlad r5, r1, r6, r5\n smlabt r4, r1, r7, r4\n smlabt r5, lr, r7, r5\n"                    \
    "ldr r0, [r12, #12]\n ldr r1, [r12, #120]\n ldr lr, [r12, #228]\n"                                                 \
    TC_DW_ROW2("r4", "r5", "r8", "r9")                                                                                 \
    "ldr r1, [r12, #124]\n ldr lr, [r12, #232]\n ldr r0, [r12, #16]!\n"                                                \
    TC_DW_ROW2("r4", "r5", "r10", "r11")
#define TC_DW_TAIL1 "vmov r0, s3\n vmov r1, s4\n" TC_DW_STORE("lr")
/* Two rows x one column: the last of an odd number. */
#define TC_DW_HALF_SUMS1                                                                                                    \
    "ldr r0, [r12]\n ldr r1, [r12, #108]\n ldr r3, [r12, #4]\n ldr r5, [r12, #112]\n vmov r2, s2\n vmov r4, s2\n"      \
    "smlad r2, r0, r6, r2\n smlabt r2, r1, r7, r2\n smlad r2, r3, r8, r2\n smlabt r2, r5, r9, r2\n"                    \
    "smlad r4, r3, r6, r4\n smlabt r4, r5, r7, r4\n"                                                                   \
    "ldr r1, [r12, #116]\n ldr r3, [r12, #12]\n ldr r5, [r12, #120]\n ldr r0, [r12, #8]!\n"                            \
    "smlad r2, r0, r10, r2\n smlabt r2, r1, r11, r2\n smlad r4, r0, r8, r4\n smlabt r4, r1, r9, r4\n"                  \
    "smlad r4, r3, r10, r4\n smlabt r4, r5, r11, r4\n"                                                                 \
    "vmov r0, s0\n vmov r1, s1\n smmla r2, r2, r0, r1\n smmla r4, r4, r0, r1\n"                                        \
    "ssat r2, #8, r2, asr #8\n ssat r4, #8, r4, asr #8\n"
#define TC_DW_HALF1 TC_DW_HALF_SUMS1 "vmov r1, s4\n strb r2, [lr]\n strb r4, [lr, r1]\n add lr, lr, r1, lsl #1\n"
/* One row x two columns: an odd last row. */
#define TC_DW_ROW1X2                                                                                                   \
    "ldr r0, [r12]\n ldr r1, [r12, #108]\n ldr r4, [r12, #4]\n ldr r5, [r12, #112]\n vmov r3, s2\n"                    \
    "smlad r2, r0, r6, r3\n smlatb r3, r0, r6, r3\n smlabt r2, r1, r7, r2\n smlad r3, r1, r7, r3\n"                    \
    "smlad r2, r4, r8, r2\n smlatb r3, r4, r8, r3\n smlabt r2, r5, r9, r2\n smlad r3, r5, r9, r3\n"                    \
    "ldr r0, [r12, #8]\n ldr r1, [r12, #116]\n"                                                                        \
    TC_DW_ROW1("r2", "r3", "r10", "r11")                                                                               \
    "vmov r0, s0\n vmov r1, s1\n smmla r2, r2, r0, r1\n smmla r3, r3, r0, r1\n"                                        \
    "ssat r2, #8, r2, asr #8\n ssat r3, #8, r3, asr #8\n"                                                              \
    "vmov r0, s3\n strb r3, [lr, r0]\n strb r2, [lr]\n"

/* Blocks from top to bottom. Elsewhere an odd last row makes the last block overlap the one before. */
#define TC_DW_STRIDE1_FAST                                                                                             \
    "1:\n" /* two columns */                                                                                           \
    "vmov r12, s8\n vmov lr, s9\n vmov r1, s10\n vmov r2, s11\n"                                                       \
    "add r3, r2, r12\n vmov s5, r3\n"                                                                                  \
    "subs r1, r1, #2\n bmi.w 5f\n"                                                                                     \
    "vmov s10, r1\n vmov r0, s3\n"                                                                                     \
    "add r3, r12, #108\n vmov s8, r3\n"                                                                                \
    "add r3, lr, r0, lsl #1\n vmov s9, r3\n"                                                                           \
    "tst r2, #8\n beq.w 4f\n"                                                                                          \
    "2:\n" TC_DW_SUMS1 TC_DW_FAST TC_DW_TAIL1                                                                          \
    "4:\n" TC_DW_SUMS1 TC_DW_FAST TC_DW_TAIL1                                                                          \
    "vmov r0, s5\n cmp r12, r0\n bls.w 2b\n"                                                                           \
    "sub r2, r12, r0\n cmp r2, #4\n bne 3f\n" TC_DW_ROW1X2                                                             \
    "3:\n"                                                                                                             \
    TC_DW_ENDS("1")                                                                                                    \
    "5:\n" TC_DW_HALF1                                                                                                 \
    "vmov r0, s5\n cmp r12, r0\n bls 5b\n"                                                                             \
    "sub r2, r12, r0\n cmp r2, #4\n beq 6f\n"                                                                          \
    "pop {r4-r11, pc}\n"                                                                                               \
    "6: mov r12, r0\n sub lr, lr, r1\n b 5b\n"
#define TC_DW_STRIDE1_ANY                                                                                              \
    TC_DW_COLUMNS("11", "#108")                                                                                        \
    "12:\n" TC_DW_SUMS1 TC_DW_ANY TC_DW_TAIL1                                                                          \
    "vmov r0, s5\n cmp r12, r0\n bls 12b\n"                                                                            \
    "sub r2, r12, r0\n cmp r2, #4\n beq 13f\n"                                                                         \
    TC_DW_ENDS("11")                                                                                                   \
    "13: mov r12, r0\n sub lr, lr, r1\n b 12b\n"
#define TC_DW_STRIDE2                                                                                                  \
    TC_DW_COLUMNS("21", "#216")                                                                                        \
    "vmov s6, lr\n"                                                                                                    \
    "22:\n"                                                                                                            \
    TC_DW_SUMS2                                                                                                        \
    TC_DW_ANY                                                                                                          \
    "vmov lr, s6\n vmov r0, s3\n vmov r1, s4\n" TC_DW_STORE("lr")                                                      \
    "vmov r0, s5\n cmp r12, r0\n"                                                                                      \
    "vmov s6, lr\n bls 22b\n"                                                                                          \
    "sub r2, r12, r0\n cmp r2, #8\n beq 23f\n"                                                                         \
    TC_DW_ENDS("21")                                                                                                   \
    "23: mov r12, r0\n sub lr, lr, r1\n vmov s6, lr\n b 22b\n"

/* All outputs of one channel in a band. Four strings, as none may be longer than 4095 characters. */
TC_KERNEL __attribute__((naked, noinline)) void tc_dw3x3_channel(const tc_dw3x3 *run __attribute__((unused)))
{
    __asm__(TC_DW_BEGIN "cmp lr, #2\n beq.w 20f\n vmov r0, s7\n cmp r0, #8\n bne.w 10f\n");
    __asm__(TC_DW_STRIDE1_FAST);
    __asm__("10:\n" TC_DW_STRIDE1_ANY);
    __asm__("20:\n" TC_DW_STRIDE2);
}

#else

/* Halves of a word times 2^e: what leaves the lower half is masked out of the upper. */
static inline uint32_t tc_dw3x3_scaled(uint32_t halves, int32_t e)
{
    return (halves << e) & ~(((1u << e) - 1u) << 16);
}

/* One output from its window's upper left word; `odd` if the window begins in the word's upper half. */
static inline int8_t tc_dw3x3_one(const tc_dw3x3 *run, const uint32_t *x, int odd)
{
    const int32_t *const q = run->constants;
    int32_t acc = q[0];
    for (int32_t row = 0; row < 3; row++) {
        const uint32_t taps = (uint32_t)run->weights[row];
        const uint32_t first = tc_dw3x3_scaled(tc_sxtb16(taps), q[4]);
        const uint32_t second = tc_dw3x3_scaled(tc_sxtb16_ror8(taps), q[4]);
        const uint32_t left = x[row];
        const uint32_t right = x[TC_DW3X3_PITCH + row];
        acc = odd ? tc_smlad(right, second, tc_smlatb(left, first, acc))
                  : tc_smlabt(right, second, tc_smlad(left, first, acc));
    }
    return tc_requantize_dsp(acc, q[1], q[2], q[3]);
}

/* All outputs of one channel in a band. */
static inline void tc_dw3x3_channel(const tc_dw3x3 *run)
{
    const int32_t rows = (run->last / (4 * run->stride)) + 2;
    for (int32_t column = 0; column < run->columns; column++) {
        const int32_t left = column * run->stride;
        for (int32_t row = 0; row < rows; row++) {
            const uint32_t *x = &run->plane[((left / 2) * TC_DW3X3_PITCH) + (row * run->stride)];
            run->y[(row * run->row_bytes) + (column * run->step)] = tc_dw3x3_one(run, x, left % 2);
        }
    }
}

#endif

#endif

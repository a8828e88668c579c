/* The inner block of depthwise 3x3 on channels-last rows, where they lie: channel after channel, in it row after row of
 * outputs, in that column after column of the input. Each column is read once: with stride 1 it ends the sum of one output,
 * is in the middle of another and begins a third.
 *
 * weights of a channel: as in depthwise_3x3.h; they become pairs of the upper two rows, W0 W1 W2, and L = (w20, w21),
 * M = (w21, w22). A column with P = (x0, x1) and x2 adds to the three sums
 *   SMLAD(P, W2) + SMLABT(x2, M), SMLAD(P, W1) + SMLABT(x2, L), SMLAD(P, W0) + SMLABB(x2, L)
 */
#ifndef TINYC_DEPTHWISE_ROWS_3X3_H
#define TINYC_DEPTHWISE_ROWS_3X3_H

#include "tinyc/requant_dsp.h"

/* Rows of outputs of some channels; pointers move on with these. */
typedef struct {
    const int32_t *weights;   /* three words each */
    const int32_t *constants; /* five each: depthwise_dsp.h */
    const int8_t *x;          /* upper row of the windows, first column that is no padding */
    int8_t *y;
    int32_t channels;
    int32_t row_bytes; /* from a row of x to the one below; 0 or less where not all three count */
    int32_t step;      /* bytes from one column to the next, of x and y */
    int32_t span;      /* bytes of columns from x on, up to the padding; of stride 2, up to the last full window */
    int32_t singles;   /* of stride 1: columns that end an output, modulo 3 */
    int32_t left;      /* 1 if the first column is padding */
    int32_t right;     /* 1 if the last column is padding */
    uint32_t outside;  /* what padding holds, in both halves */
    int32_t x_row;     /* bytes from behind the span of a row, one step further if right, to x of the next */
    int32_t drift;     /* of stride 1: bytes between rows of outputs, less those between rows of windows */
    int32_t rows;      /* of outputs */
    int32_t stride;    /* 1 or 2 */
    int32_t columns;   /* of outputs */
} tc_dw3x3_rows;

#if defined(TC_SIMD_ARM) && defined(__ARM_FP)

_Static_assert(offsetof(tc_dw3x3_rows, rows) == 56u, "the assembly reads tc_dw3x3_rows by these offsets");

/* r3 x, r4 r5 r6 W0 W1 W2, r7 L, r8 M, r9 r10 r1 sums, r11 row_bytes, r12 y (of stride 1: y - x), lr step.
 * s0 multiplier, s1 offset, s2 bias, s3 x_row, s4 row_bytes, s5 step, s6 drift, s7 shift, s8 padding, s9 right, s10 end
 * of x, s11 rows left, s12 singles, s13 span, s14 left, s15 channels left. */
#define TC_DR_LOAD(t)                                                                                                  \
    "ldrsb.w r0, [r3]\n ldrsb.w " t ", [r3, r11]\n ldrsb.w r2, [r3, r11, lsl #1]\n add r3, r3, lr\n"                   \
    "pkhbt r0, r0, " t ", lsl #16\n"
#define TC_DR_PADDING "vmov r0, s8\n vmov r2, s8\n"
#define TC_DR_BEGIN(acc) "smlad " acc ", r0, r4, " acc "\n smlabb " acc ", r2, r7, " acc "\n"
#define TC_DR_MIDDLE(acc) "smlad " acc ", r0, r5, " acc "\n smlabt " acc ", r2, r7, " acc "\n"
#define TC_DR_END(acc) "smlad " acc ", r0, r6, " acc "\n smlabt " acc ", r2, r8, " acc "\n"
#define TC_DR_FAST(acc)                                                                                                \
    "vmov r0, s0\n vmov r2, s1\n smmla " acc ", " acc ", r0, r2\n ssat " acc ", #8, " acc ", asr #8\n"
#define TC_DR_ANY(acc)                                                                                                 \
    "vmov r0, s0\n vmov r2, s1\n smmla " acc ", " acc ", r0, r2\n vmov r0, s7\n asr.w " acc ", " acc ", r0\n"          \
    "ssat " acc ", #8, " acc "\n"
#define TC_DR_SCALED(w) "lsl.w " w ", " w ", r11\n bic " w ", " w ", r1, lsl #16\n"

/* What all channels share; then, at label 1, weights and constants of one. */
#define TC_DR_SHARED                                                                                                   \
    "push {r0, r4-r11, lr}\n"                                                                                          \
    "add r0, r0, #16\n ldm r0, {r1-r10}\n"                                                                            \
    "vmov s15, r1\n vmov s4, r2\n vmov s5, r3\n vmov s13, r4\n vmov s12, r5\n vmov s14, r6\n vmov s9, r7\n"            \
    "vmov s8, r8\n vmov s3, r9\n vmov s6, r10\n"
#define TC_DR_CHANNEL                                                                                                  \
    "1:\n"                                                                                                             \
    "ldr r0, [sp]\n ldm r0, {r1, r2, r3, r12}\n ldm r1!, {r4, r5, r6}\n ldm r2!, {r7, r8, r9, r10, r11}\n"             \
    "str r1, [r0]\n str r2, [r0, #4]\n add r1, r3, #1\n str r1, [r0, #8]\n add r1, r12, #1\n str r1, [r0, #12]\n"      \
    "ldr r0, [r0, #56]\n vmov s11, r0\n"                                                                              \
    "vmov s2, r7\n vmov s0, r8\n vmov s1, r9\n vmov s7, r10\n"                                                         \
    "sxtb16 r7, r4\n sxtb16 r8, r5\n sxtb16 r1, r4, ror #8\n sxtb16 r2, r5, ror #8\n"                                  \
    "pkhbt r4, r7, r8, lsl #16\n pkhtb r5, r8, r7, asr #16\n"                                                          \
    "sxtb16 r7, r6\n sxtb16 r8, r6, ror #8\n pkhtb r6, r2, r1, asr #16\n"                                              \
    "cmp r11, #0\n beq 2f\n"                                                                                           \
    "mov r1, #1\n lsl r1, r1, r11\n sub r1, r1, #1\n" /* what leaves the lower half */                                 \
    TC_DR_SCALED("r4") TC_DR_SCALED("r5") TC_DR_SCALED("r6") TC_DR_SCALED("r7") TC_DR_SCALED("r8")                     \
    "2:\n vmov r11, s4\n vmov lr, s5\n"
/* Of stride 1, y - x, such that an output is stored behind the column that ends it. */
#define TC_DR_DELTA                                                                                                    \
    "vmov r1, s14\n sub r12, r12, r3\n sub r12, r12, lr\n sub r12, r12, lr, lsl #1\n"                                  \
    "cmp r1, #0\n it ne\n addne r12, r12, lr\n"
#define TC_DR_ROW "9:\n vmov r0, s13\n add r0, r0, r3\n vmov s10, r0\n vmov r9, s2\n vmov r1, s14\n"
/* The first two columns of stride 1. */
#define TC_DR_FIRST1                                                                                                   \
    "cmp r1, #0\n bne 3f\n" TC_DR_LOAD("r1") "b 4f\n"                                                                 \
    "3:\n" TC_DR_PADDING                                                                                              \
    "4:\n" TC_DR_BEGIN("r9") TC_DR_LOAD("r1") TC_DR_MIDDLE("r9")                                                       \
    "vmov r10, s2\n" TC_DR_BEGIN("r10")                                                                                \
    "vmov r0, s7\n cmp r0, #8\n bne.w 10f\n"
#define TC_DR_COLUMN1(a, b, c, REQUANT)                                                                                \
    TC_DR_LOAD(c) "vmov " c ", s2\n" TC_DR_END(a) TC_DR_MIDDLE(b) TC_DR_BEGIN(c) REQUANT(a) "strb " a ", [r3, r12]\n"
/* Three columns at a time, so that sums keep their registers; the first time from that column on from which the rest is
 * threes. */
#define TC_DR_THREES(first, second, third, next, REQUANT)                                                              \
    "vmov r0, s12\n cmp r0, #1\n beq 1" first "f\n bgt 2" first "f\n"                                                  \
    "vmov r0, s10\n cmp r3, r0\n bne.w " first "f\n b.w " next "f\n"                                                   \
    "1" first ":\n mov r1, r9\n mov r9, r10\n b.w " third "f\n"                                                       \
    "2" first ":\n mov r1, r10\n mov r10, r9\n b.w " second "f\n"                                                     \
    first ":\n" TC_DR_COLUMN1("r9", "r10", "r1", REQUANT)                                                              \
    second ":\n" TC_DR_COLUMN1("r10", "r1", "r9", REQUANT)                                                             \
    third ":\n" TC_DR_COLUMN1("r1", "r9", "r10", REQUANT)                                                              \
    "vmov r0, s10\n cmp r3, r0\n bne.w " first "b\n"                                                                  \
    next ":\n vmov r0, s9\n cmp r0, #0\n beq.w 40f\n" TC_DR_PADDING TC_DR_END("r9") REQUANT("r9")                      \
    "add r3, r3, lr\n strb r9, [r3, r12]\n b.w 40f\n"
/* Of stride 2 the first column, then two at a time; r1 is where the last ones end. */
#define TC_DR_FIRST2                                                                                                   \
    "cmp r1, #0\n bne 21f\n" TC_DR_LOAD("r1") "b 22f\n"                                                         \
    "21:\n" TC_DR_PADDING                                                                                             \
    "22:\n" TC_DR_BEGIN("r9")                                                                                          \
    "vmov r1, s10\n vmov r0, s7\n cmp r0, #8\n bne.w 30f\n"
#define TC_DR_PAIRS(label, next, REQUANT)                                                                              \
    "cmp r3, r1\n beq " next "f\n"                                                                                     \
    label ":\n" TC_DR_LOAD("r10") TC_DR_MIDDLE("r9")                                                                   \
    TC_DR_LOAD("r10") "vmov r10, s2\n" TC_DR_END("r9") TC_DR_BEGIN("r10") REQUANT("r9")                                \
    "strb r9, [r12]\n add r12, r12, lr\n mov r9, r10\n cmp r3, r1\n bne " label "b\n"                                  \
    next ":\n vmov r0, s9\n cmp r0, #0\n beq.w 40f\n"                                                                  \
    TC_DR_LOAD("r10") TC_DR_MIDDLE("r9") TC_DR_PADDING TC_DR_END("r9") REQUANT("r9")                                       \
    "strb r9, [r12]\n add r12, r12, lr\n b.w 40f\n"

#define TC_DR_NEXT(drift)                                                                                              \
    "40:\n vmov r0, s11\n subs r0, r0, #1\n beq 41f\n vmov s11, r0\n"                                                 \
    "vmov r0, s3\n add r3, r3, r0\n" drift "b.w 9b\n"                                                                 \
    "41:\n vmov r1, s15\n subs r1, r1, #1\n vmov s15, r1\n bne.w 1b\n"                                                \
    "pop {r0, r4-r11, pc}\n"

/* Several strings, as none may be longer than 4095 characters. */
TC_KERNEL __attribute__((naked, noinline)) void tc_dw3x3_rows_by_one(tc_dw3x3_rows *run __attribute__((unused)))
{
    __asm__(TC_DR_SHARED TC_DR_CHANNEL TC_DR_DELTA TC_DR_ROW TC_DR_FIRST1);
    __asm__(TC_DR_THREES("5", "6", "7", "8", TC_DR_FAST));
    __asm__("10:\n" TC_DR_THREES("11", "12", "13", "14", TC_DR_ANY));
    __asm__(TC_DR_NEXT("vmov r0, s6\n add r12, r12, r0\n"));
}

TC_KERNEL __attribute__((naked, noinline)) void tc_dw3x3_rows_by_two(tc_dw3x3_rows *run __attribute__((unused)))
{
    __asm__(TC_DR_SHARED TC_DR_CHANNEL TC_DR_ROW TC_DR_FIRST2 TC_DR_PAIRS("23", "24", TC_DR_FAST));
    __asm__("30:\n" TC_DR_PAIRS("31", "32", TC_DR_ANY));
    __asm__(TC_DR_NEXT(""));
}

static inline void tc_dw3x3_channels_of_rows(tc_dw3x3_rows *run)
{
    if (run->stride == 1) {
        tc_dw3x3_rows_by_one(run);
    } else {
        tc_dw3x3_rows_by_two(run);
    }
}

#else

/* What a column of the windows, with padding the first, adds to a sum where it is column `tap` of the window. */
static inline int32_t tc_dw3x3_add(const tc_dw3x3_rows *run, const int8_t x[3], int32_t tap, int32_t acc)
{
    const int32_t places[3] = {0, 8, 24};
    int32_t sum = 0;
    for (int32_t row = 0; row < 3; row++) {
        sum += x[row] * (int8_t)((uint32_t)run->weights[row] >> places[tap]);
    }
    return (int32_t)((uint32_t)acc + (uint32_t)(sum * (1 << run->constants[4])));
}

/* A row of a channel; each column is read before the output that it ends is written. */
static inline void tc_dw3x3_row(const tc_dw3x3_rows *run)
{
    const int32_t *const q = run->constants;
    const int8_t padding = (int8_t)run->outside;
    const int32_t count = ((run->columns - 1) * run->stride) + 3;
    int32_t sums[3] = {q[0], q[0], q[0]};
    for (int32_t i = 0; i < count; i++) {
        int8_t x[3] = {padding, padding, padding};
        if ((i >= run->left) && (i < (count - run->right))) {
            for (int32_t row = 0; row < 3; row++) {
                x[row] = run->x[(row * run->row_bytes) + ((i - run->left) * run->step)];
            }
        }
        for (int32_t tap = 2; tap > 0; tap--) {
            sums[tap] = tc_dw3x3_add(run, x, tap, sums[tap - 1]);
        }
        sums[0] = tc_dw3x3_add(run, x, 0, q[0]);
        if ((i >= 2) && ((i % run->stride) == 0)) {
            run->y[((i - 2) / run->stride) * run->step] = tc_requantize_dsp(sums[2], q[1], q[2], q[3]);
        }
    }
}

static inline void tc_dw3x3_channels_of_rows(tc_dw3x3_rows *run)
{
    const int32_t x_row = run->span + (run->right * run->step) + run->x_row;
    for (; run->channels > 0; run->channels--) {
        tc_dw3x3_rows row = *run;
        for (int32_t i = 0; i < run->rows; i++) {
            tc_dw3x3_row(&row);
            row.x = &row.x[x_row];
            row.y = &row.y[run->columns * run->step];
        }
        run->weights = &run->weights[3];
        run->constants = &run->constants[5];
        run->x = &run->x[1];
        run->y = &run->y[1];
    }
}

#endif

#endif

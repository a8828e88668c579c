/* Int8 matrix products on cores with MVE: four channels of two rows at a time.
 *
 * Weights lie by fours of channels: for each 16 inputs, 16 weights of each of the four. Zeros fill up both axes, so what
 * is read beyond a row's inputs counts nothing. Constants lie by fours as well: sums to start from (bias, minus
 * the input's zero point times the weights), multipliers, offsets, negative shifts; a result is
 *
 *   saturate((offset + hi32(sum * multiplier)) >> shift)
 *
 * which equals tc_requantize for shifts of 33 to 54 (requant_dsp.py).
 */
#ifndef TINYC_MVE_ROWS_H
#define TINYC_MVE_ROWS_H

#include "tinyc/kernel.h"

#if defined(__ARM_FEATURE_MVE)
#include <arm_mve.h>
#endif

typedef struct {
    const int8_t *weights;
    const int32_t *constants;
    int32_t inputs; /* of a row; the weights' are filled up to 16 */
    int32_t channels;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_mve_layer;

#if defined(__ARM_FEATURE_MVE)

static inline int32x4_t tc_mve_requantize(int32x4_t sums, const int32_t *constants, int32_t low, int32_t high)
{
    const int32x4_t scaled = vaddq_s32(vmulhq_s32(sums, vldrwq_s32(&constants[4])), vldrwq_s32(&constants[8]));
    const int32x4_t shifted = vshlq_s32(scaled, vldrwq_s32(&constants[12]));
    return vminq_s32(vmaxq_s32(shifted, vdupq_n_s32(low)), vdupq_n_s32(high));
}

/* `channels` (1 to 4) results of one row; nothing beyond its inputs is read. */
static inline void tc_mve_edge(const tc_mve_layer *l, const int8_t *weights, const int32_t *constants, int32_t channels,
                               const int8_t *x, int8_t *y)
{
    int32_t s0 = constants[0];
    int32_t s1 = constants[1];
    int32_t s2 = constants[2];
    int32_t s3 = constants[3];
    for (int32_t i = l->inputs; i > 0; i -= 16) {
        const int8x16_t v = vldrbq_z_s8(x, vctp8q((uint32_t)i));
        s0 = vmladavaq_s8(s0, v, vldrbq_s8(&weights[0]));
        s1 = vmladavaq_s8(s1, v, vldrbq_s8(&weights[16]));
        s2 = vmladavaq_s8(s2, v, vldrbq_s8(&weights[32]));
        s3 = vmladavaq_s8(s3, v, vldrbq_s8(&weights[48]));
        x += 16;
        weights += 64;
    }
    int32x4_t sums = vdupq_n_s32(s0);
    sums = vsetq_lane_s32(s1, sums, 1);
    sums = vsetq_lane_s32(s2, sums, 2);
    sums = vsetq_lane_s32(s3, sums, 3);
    sums = tc_mve_requantize(sums, constants, l->low, l->high);
    vstrbq_p_s32(y, sums, vctp32q((uint32_t)channels));
}

/* 16 inputs times four channels: x and w go on. */
#define TC_MVE_BLOCK                                                                                                   \
    "vldrb.u8 q0, [%[x]], #16\n\t"                                                                                     \
    "vldrb.u8 q1, [%[w]], #64\n\t"                                                                                     \
    "vmladava.s8 %[s0], q0, q1\n\t"                                                                                    \
    "vldrb.u8 q7, [%[w], #-48]\n\t"                                                                                    \
    "vmladava.s8 %[s1], q0, q7\n\t"                                                                                    \
    "vldrb.u8 q1, [%[w], #-32]\n\t"                                                                                    \
    "vmladava.s8 %[s2], q0, q1\n\t"                                                                                    \
    "vldrb.u8 q7, [%[w], #-16]\n\t"                                                                                    \
    "vmladava.s8 %[s3], q0, q7\n\t"

/* One row, `fours` times four channels, at least one; inputs are a multiple of 16. */
static inline void tc_mve_vector(const tc_mve_layer *l, const int8_t *x, int32_t fours, int8_t *y)
{
    const int8_t *w = l->weights;
    const int32_t *c = l->constants;
    const int32_t blocks = l->inputs >> 4;
    const int32_t bounds[2] = {l->low, l->high};
    int32_t s0;
    int32_t s1;
    int32_t s2;
    int32_t s3;
    __asm__ volatile("ldrd    %[s0], %[s1], [%[bounds]]\n\t"
                     "vdup.32 q5, %[s0]\n\t"
                     "vdup.32 q6, %[s1]\n"
                     "1:\n\t"
                     "ldrd    %[s0], %[s1], [%[c]]\n\t"
                     "ldrd    %[s2], %[s3], [%[c], #8]\n\t"
                     "dls     lr, %[blocks]\n"
                     "2:\n\t" TC_MVE_BLOCK "le      lr, 2b\n\t"
                     "vmov    d0, %[s0], %[s1]\n\t"
                     "vmov    d1, %[s2], %[s3]\n\t"
                     "vldrw.u32 q2, [%[c], #16]\n\t"
                     "vldrw.u32 q3, [%[c], #32]\n\t"
                     "vldrw.u32 q4, [%[c], #48]\n\t"
                     "vmulh.s32 q0, q0, q2\n\t"
                     "sub     %[x], %[x], %[blocks], lsl #4\n\t"
                     "vadd.i32 q0, q0, q3\n\t"
                     "add     %[c], %[c], #64\n\t"
                     "vshl.s32 q0, q0, q4\n\t"
                     "subs    %[fours], %[fours], #1\n\t"
                     "vmax.s32 q0, q0, q5\n\t"
                     "vmin.s32 q0, q0, q6\n\t"
                     "vstrb.32 q0, [%[y]], #4\n\t"
                     "bne     1b\n\t"
                     : [s0] "=&Te"(s0), [s1] "=&Te"(s1), [s2] "=&Te"(s2), [s3] "=&Te"(s3), [x] "+r"(x), [w] "+r"(w),
                       [y] "+l"(y), [c] "+r"(c), [fours] "+r"(fours)
                     : [blocks] "r"(blocks), [bounds] "r"(bounds)
                     : "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory");
}

/* Two rows at a time: what the assembly reads, by offsets. */
typedef struct {
    int32_t start[4];
    int32_t high[4];
    const int8_t *weights;
    int32_t next_block; /* blocks of a row, and one */
    int32_t x_step;     /* from what follows a row's blocks to the row after the next one */
    const int8_t *x_end;
    int8_t *y;
    int32_t y_step;
    const int32_t *constants;
    int32_t low;
    const int8_t *x[2];
    int32_t weights_step;
    int32_t fours;
    int32_t y_back; /* from the row behind the last one to the next four channels of the first row */
} tc_mve_pairs;

_Static_assert(offsetof(tc_mve_pairs, weights) == 32u, "the assembly reads tc_mve_pairs by offsets");
_Static_assert(offsetof(tc_mve_pairs, x_step) == 40u, "the assembly reads tc_mve_pairs by offsets");
_Static_assert(offsetof(tc_mve_pairs, y) == 48u, "the assembly reads tc_mve_pairs by offsets");
_Static_assert(offsetof(tc_mve_pairs, constants) == 56u, "the assembly reads tc_mve_pairs by offsets");
_Static_assert(offsetof(tc_mve_pairs, x) == 64u, "the assembly reads tc_mve_pairs by offsets");
_Static_assert(offsetof(tc_mve_pairs, y_back) == 80u, "the assembly reads tc_mve_pairs by offsets");

/* 16 inputs of two rows times four channels: r1, r3 and r5 go on; sums are r0 r2 r4 r6, r8 r10 r12 lr. */
#define TC_MVE_BLOCK_OF_TWO                                                                                            \
    "vldrb.u8 q0, [r1], #16\n vldrb.u8 q2, [r5], #64\n vldrb.u8 q1, [r3], #16\n"                                       \
    "vmladava.s8 r0, q0, q2\n vldrb.u8 q3, [r5, #-48]\n vmladava.s8 r8, q1, q2\n"                                     \
    "vmladava.s8 r2, q0, q3\n vldrb.u8 q2, [r5, #-32]\n vmladava.s8 r10, q1, q3\n"                                    \
    "vmladava.s8 r4, q0, q2\n vldrb.u8 q3, [r5, #-16]\n vmladava.s8 r12, q1, q2\n"                                    \
    "vmladava.s8 r6, q0, q3\n vmladava.s8 lr, q1, q3\n"

/* `fours` times four channels of `pairs` times two rows, at least one of each. Each row is read by whole blocks of 16,
 * two a turn. In assembly, as a compiler that spills one of its registers in the inner loop loses more than the loop's own
 * costs. All even registers hold sums; r7 stays free, as a frame pointer may be there. */
static inline void tc_mve_two(const tc_mve_layer *l, int32_t fours, const int8_t *x, int32_t x_step, int32_t pairs,
                              int8_t *y, int32_t y_step)
{
    const int32_t blocks = (l->inputs + 15) >> 4;
    tc_mve_pairs two = {
        {0, 0, 0, 0}, /* of the constants */
        {l->high, l->high, l->high, l->high},
        l->weights,
        blocks + 1,
        (2 * x_step) - (16 * blocks),
        &x[2 * pairs * x_step],
        y,
        y_step,
        l->constants,
        l->low,
        {x, &x[x_step]},
        64 * blocks,
        fours,
        4 - (2 * pairs * y_step),
    };
    register tc_mve_pairs *d __asm__("r11") = &two; /* found by a compiler only when it optimises */
    __asm__ volatile("0:\n"
                     "ldrd r1, r3, [%[d], #56]\n vdup.32 q7, r3\n vldrw.u32 q0, [r1]\n vstrw.32 q0, [%[d]]\n"
                     "vldrw.u32 q4, [r1, #16]\n vldrw.u32 q5, [r1, #32]\n vldrw.u32 q6, [r1, #48]\n"
                     "add r1, #64\n str r1, [%[d], #56]\n ldrd r1, r3, [%[d], #64]\n"
                     "1:\n"
                     "ldrd r5, r9, [%[d], #32]\n"
                     "ldrd r0, r2, [%[d]]\n ldrd r4, r6, [%[d], #8]\n"
                     "mov r8, r0\n mov r10, r2\n mov r12, r4\n mov lr, r6\n"
                     "lsrs r9, r9, #1\n bcc 3f\n"
                     "2:\n" TC_MVE_BLOCK_OF_TWO "3:\n" TC_MVE_BLOCK_OF_TWO "subs r9, #1\n bne 2b\n"
                     "vmov d0, r0, r2\n vmov d1, r4, r6\n vmov d2, r8, r10\n vmov d3, r12, lr\n"
                     "vmulh.s32 q0, q0, q4\n ldrd r0, r2, [%[d], #48]\n vmulh.s32 q1, q1, q4\n"
                     "vadd.i32 q0, q0, q5\n ldrd r4, r6, [%[d], #40]\n vadd.i32 q1, q1, q5\n"
                     "vshl.s32 q0, q0, q6\n vldrw.u32 q2, [%[d], #16]\n vshl.s32 q1, q1, q6\n"
                     "vmax.s32 q0, q0, q7\n add r1, r4\n vmax.s32 q1, q1, q7\n add r3, r4\n"
                     "vmin.s32 q0, q0, q2\n vmin.s32 q1, q1, q2\n"
                     "vstrb.32 q0, [r0]\n add r0, r2\n vstrb.32 q1, [r0]\n add r0, r2\n"
                     "str r0, [%[d], #48]\n"
                     "cmp r1, r6\n bne 1b\n"
                     "ldrd r1, r3, [%[d], #72]\n ldr r5, [%[d], #32]\n add r5, r1\n str r5, [%[d], #32]\n"
                     "ldr r1, [%[d], #80]\n add r0, r1\n str r0, [%[d], #48]\n"
                     "subs r3, #1\n str r3, [%[d], #76]\n bne 0b\n"
                     : [d] "+r"(d)
                     :
                     : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r12", "lr", "q0", "q1", "q2", "q3",
                       "q4", "q5", "q6", "q7", "cc", "memory");
}

static inline void tc_mve_pairs_of(const tc_mve_layer *l, int32_t fours, const int8_t *x, int32_t x_step, int32_t rows,
                                   int8_t *y, int32_t y_step)
{
    if (rows > 1) {
        tc_mve_two(l, fours, x, x_step, rows >> 1, y, y_step);
    }
    if ((rows & 1) != 0) { /* the last one twice */
        tc_mve_two(l, fours, &x[(rows - 1) * x_step], 0, 1, &y[(rows - 1) * y_step], 0);
    }
}

/* Whole blocks of the last rows could end beyond the tensor, so that these go one by one; so do the last channels. */
static inline void tc_mve_all(const tc_mve_layer *l, const int8_t *x, int32_t x_step, int32_t rows, int8_t *y,
                              int32_t y_step)
{
    const int32_t pitch = (l->inputs + 15) & ~15;
    const int32_t fours = l->channels >> 2;
    const int32_t whole = (fours == 0) ? 0 : tc_max_i32(0, rows - ((pitch - l->inputs + x_step - 1) / x_step));
    if ((whole == 1) && (l->inputs == pitch)) {
        tc_mve_vector(l, x, fours, y);
    } else if (whole > 0) {
        tc_mve_pairs_of(l, fours, x, x_step, whole, y, y_step);
    }
    for (int32_t row = ((l->channels & 3) == 0) ? whole : 0; row < rows; row++) {
        for (int32_t c = (row < whole) ? (4 * fours) : 0; c < l->channels; c += 4) {
            tc_mve_edge(l, &l->weights[c * pitch], &l->constants[4 * c], tc_min_i32(4, l->channels - c),
                        &x[row * x_step], &y[(row * y_step) + c]);
        }
    }
}

#else

static inline void tc_mve_all(const tc_mve_layer *l, const int8_t *x, int32_t x_step, int32_t rows, int8_t *y,
                              int32_t y_step)
{
    const int32_t pitch = (l->inputs + 15) & ~15;
    for (int32_t row = 0; row < rows; row++) {
        for (int32_t c = 0; c < l->channels; c++) {
            const int8_t *const weights = &l->weights[((c & ~3) * pitch) + ((c & 3) * 16)];
            const int32_t *const constants = &l->constants[(4 * (c & ~3)) + (c & 3)];
            uint32_t sum = (uint32_t)constants[0];
            for (int32_t i = 0; i < l->inputs; i++) {
                sum += (uint32_t)(x[(row * x_step) + i] * weights[((i >> 4) * 64) + (i & 15)]);
            }
            const int32_t product = (int32_t)(((int64_t)(int32_t)sum * constants[4]) >> 32);
            y[(row * y_step) + c] = (int8_t)tc_clamp_i32((product + constants[8]) >> -constants[12], l->low, l->high);
        }
    }
}

#endif

/* All channels of `rows` rows. */
TC_SHARED void tc_mve_rows(const tc_mve_layer *l, const int8_t *x, int32_t x_step, int32_t rows, int8_t *y,
                           int32_t y_step);

TC_SHARED void tc_mve_rows(const tc_mve_layer *l, const int8_t *x, int32_t x_step, int32_t rows, int8_t *y,
                           int32_t y_step)
{
    tc_mve_all(l, x, x_step, rows, y, y_step);
}

#endif

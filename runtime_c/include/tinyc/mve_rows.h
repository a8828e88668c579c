/* Int8 matrix products on cores with MVE: four channels of one row at a time.
 *
 * Weights lie by fours of channels: for each 16 inputs, 16 weights of each of the four. Zeros fill up both axes, so that
 * what is read beyond a row's inputs counts nothing. Constants lie by fours as well: sums to start from (bias, minus
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

/* What stays the same from row to row: sums to start from, then steps in bytes. */
typedef struct {
    int32_t start[4];
    int32_t x_step;
    int32_t y_step;
} tc_mve_steps;

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
                       [y] "+r"(y), [c] "+r"(c), [fours] "+r"(fours)
                     : [blocks] "r"(blocks), [bounds] "r"(bounds)
                     : "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory");
}

/* Four channels of `rows` rows, at least one. Each row is read by whole blocks of 16.
 * In assembly, as a compiler that spills one of its registers in the inner loop loses more than the loop's own costs. */
static inline void tc_mve_whole(const tc_mve_layer *l, const int8_t *weights, const int32_t *constants, const int8_t *x,
                                int32_t x_step, int32_t rows, int8_t *y, int32_t y_step)
{
    const int32_t blocks = (l->inputs + 15) >> 4;
    const tc_mve_steps steps = {{constants[0], constants[1], constants[2], constants[3]}, x_step - (16 * blocks), y_step};
    const int32_t bounds[2] = {l->low, l->high};
    int32_t s0;
    int32_t s1;
    int32_t s2;
    int32_t s3;
    __asm__ volatile("ldrd    %[s0], %[s1], [%[bounds]]\n\t"
                     "vdup.32 q5, %[s0]\n\t"
                     "vdup.32 q6, %[s1]\n\t"
                     "vldrw.u32 q2, [%[constants], #16]\n\t"
                     "vldrw.u32 q3, [%[constants], #32]\n\t"
                     "vldrw.u32 q4, [%[constants], #48]\n"
                     "1:\n\t"
                     "ldrd    %[s0], %[s1], [%[steps]]\n\t"
                     "ldrd    %[s2], %[s3], [%[steps], #8]\n\t"
                     "dls     lr, %[blocks]\n"
                     "2:\n\t" TC_MVE_BLOCK "le      lr, 2b\n\t"
                     "vmov    d0, %[s0], %[s1]\n\t"
                     "vmov    d1, %[s2], %[s3]\n\t"
                     "ldrd    %[s0], %[s1], [%[steps], #16]\n\t"
                     "vmulh.s32 q0, q0, q2\n\t"
                     "sub     %[w], %[w], %[blocks], lsl #6\n\t"
                     "vadd.i32 q0, q0, q3\n\t"
                     "add     %[x], %[x], %[s0]\n\t"
                     "vshl.s32 q0, q0, q4\n\t"
                     "subs    %[rows], %[rows], #1\n\t"
                     "vmax.s32 q0, q0, q5\n\t"
                     "vmin.s32 q0, q0, q6\n\t"
                     "vstrb.32 q0, [%[y]]\n\t"
                     "add     %[y], %[y], %[s1]\n\t"
                     "bne     1b\n\t"
                     : [s0] "=&Te"(s0), [s1] "=&Te"(s1), [s2] "=&Te"(s2), [s3] "=&Te"(s3), [x] "+r"(x),
                       [w] "+r"(weights), [y] "+r"(y), [rows] "+r"(rows)
                     : [blocks] "r"(blocks), [steps] "r"(&steps), [constants] "r"(constants), [bounds] "r"(bounds)
                     : "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory");
}

/* `channels` (1 to 4) results of `rows` rows; steps in bytes from row to row. Whole blocks of the last rows could end
 * beyond the tensor. */
static inline void tc_mve_four(const tc_mve_layer *l, const int8_t *weights, const int32_t *constants, int32_t channels,
                               const int8_t *x, int32_t x_step, int32_t rows, int8_t *y, int32_t y_step)
{
    const int32_t beyond = ((l->inputs + 15) & ~15) - l->inputs;
    const int32_t whole = (channels < 4) ? 0 : (rows - ((beyond + x_step - 1) / x_step));
    if (whole > 0) {
        tc_mve_whole(l, weights, constants, x, x_step, whole, y, y_step);
    }
    for (int32_t row = tc_max_i32(whole, 0); row < rows; row++) {
        tc_mve_edge(l, weights, constants, channels, &x[row * x_step], &y[row * y_step]);
    }
}

/* Channels of a single row that can be had together. */
static inline int32_t tc_mve_first(const tc_mve_layer *l, const int8_t *x, int32_t rows, int8_t *y)
{
    const int32_t fours = ((rows == 1) && (((uint32_t)l->inputs & 15u) == 0u)) ? (l->channels / 4) : 0;
    if (fours > 0) {
        tc_mve_vector(l, x, fours, y);
    }
    return 4 * fours;
}

#else

static inline int32_t tc_mve_first(const tc_mve_layer *l, const int8_t *x, int32_t rows, const int8_t *y)
{
    (void)l;
    (void)x;
    (void)rows;
    (void)y;
    return 0;
}

static inline void tc_mve_four(const tc_mve_layer *l, const int8_t *weights, const int32_t *constants, int32_t channels,
                               const int8_t *x, int32_t x_step, int32_t rows, int8_t *y, int32_t y_step)
{
    for (int32_t row = 0; row < rows; row++) {
        for (int32_t c = 0; c < channels; c++) {
            uint32_t sum = (uint32_t)constants[c];
            for (int32_t i = 0; i < l->inputs; i++) {
                const int32_t w = weights[((i >> 4) * 64) + (c * 16) + (i & 15)];
                sum += (uint32_t)(x[(row * x_step) + i] * w);
            }
            const int32_t product = (int32_t)(((int64_t)(int32_t)sum * constants[4 + c]) >> 32);
            const int32_t value = (product + constants[8 + c]) >> -constants[12 + c];
            y[(row * y_step) + c] = (int8_t)tc_clamp_i32(value, l->low, l->high);
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
    const int32_t pitch = (l->inputs + 15) & ~15;
    int32_t c = tc_mve_first(l, x, rows, y);
    for (; c < l->channels; c += 4) {
        tc_mve_four(l, &l->weights[c * pitch], &l->constants[4 * c], tc_min_i32(4, l->channels - c), x, x_step, rows,
                    &y[c], y_step);
    }
}

#endif

/* The inner block of T-pack for two pixels: four channels x two pixels, over all channels of many pairs of pixels.
 *
 * Quads of channels come last first: a last quad with less than four channels spills over into the pixel behind, which
 * is written later. What would spill out of the output goes through `last`.
 */
#ifndef TINYC_TPACK_4X2_H
#define TINYC_TPACK_4X2_H

#include "tinyc/tpack.h"

#define TC_TPACK_UNROLLED_4X2 32 /* halves of four inputs */
#define TC_TPACK_UNIT_4X2 56

/* constants: [channels / 4][12 or 16]: T01, T23, S0, S2 to start from; multiplier and offset of four channels; four
 * shifts, unless the shift is shared */
typedef struct {
    const uint32_t *columns; /* of the first pair */
    int8_t *y0;              /* the last quad of the first pixel */
    int8_t *y1;              /* the last quad of the second pixel */
    const int32_t *weights;
    const int32_t *constants;
    const int32_t *constants_end;
    int32_t pairs;
    int32_t columns_bytes; /* of one pair that are read; two less if each channel has its own shift */
    int32_t advance;       /* bytes of columns from one pair to the next */
    int32_t y_step;        /* bytes of output from behind the first quad of a pair to the last quad of the next */
    int32_t skip;          /* bytes of code before the entry into the unrolled loop */
} tc_tpack_run;

#ifdef TC_SIMD_ARM

/* r4 T01, r5 T23, r6 S0, r7 S2 of the first pixel, r8 to r11 of the second; r12 columns, lr weights.
 * Four loads in one batch: 15 cycles for 16 products. The first products of the second pixel start from the sums of the
 * first one. */
#define TC_TPACK_LOADS "ldr.w r0, [lr], #4\n ldr.w r1, [lr], #4\n ldr.w r2, [r12], #4\n ldr.w r3, [r12], #4\n"
#define TC_TPACK_FIRST                                                                                                 \
    TC_TPACK_LOADS                                                                                                     \
    "smlad r8, r0, r3, r4\n smlad r9, r1, r3, r5\n smlad r4, r0, r2, r4\n smlad r5, r1, r2, r5\n"                      \
    "sxtb16 r0, r0\n sxtb16 r1, r1\n"                                                                                  \
    "smlad r10, r0, r3, r6\n smlad r11, r1, r3, r7\n smlad r6, r0, r2, r6\n smlad r7, r1, r2, r7\n"
#define TC_TPACK_PAIR                                                                                                  \
    TC_TPACK_LOADS                                                                                                     \
    "smlad r4, r0, r2, r4\n smlad r5, r1, r2, r5\n smlad r8, r0, r3, r8\n smlad r9, r1, r3, r9\n"                      \
    "sxtb16 r0, r0\n sxtb16 r1, r1\n"                                                                                  \
    "smlad r6, r0, r2, r6\n smlad r7, r1, r2, r7\n smlad r10, r0, r3, r10\n smlad r11, r1, r3, r11\n"

_Static_assert(sizeof(tc_tpack_run) == 44u, "the assembly copies tc_tpack_run by eleven words");

#define TC_TPACK_SCALE                                                                                                 \
    "ldr.w r12, [sp, #44]\n"                                                                                           \
    "sub r4, r4, r6\n sub r5, r5, r7\n sub r8, r8, r10\n sub r9, r9, r11\n"                                            \
    "ldmia r12!, {r0-r3}\n"                                                                                            \
    "smmla r6, r6, r0, r1\n smmla r10, r10, r0, r1\n smmla r4, r4, r2, r3\n smmla r8, r8, r2, r3\n"                    \
    "ldmia r12!, {r0-r3}\n"                                                                                            \
    "smmla r7, r7, r0, r1\n smmla r11, r11, r0, r1\n smmla r5, r5, r2, r3\n smmla r9, r9, r2, r3\n"

/* The run lies at sp; behind it: 44 cursor in the constants, 48 end of the columns, 52 entry into the loop. */
TC_KERNEL __attribute__((naked, noinline)) void tc_tpack_4x2(const tc_tpack_run *run __attribute__((unused)))
{
    __asm__(
        "push {r4-r11, lr}\n"
        "sub sp, sp, #60\n"
        "ldmia r0!, {r1-r7}\n"
        "ldmia r0, {r8-r11}\n"
        "stmia.w sp, {r1-r11}\n"
        "add r8, r1, r8\n"
        "str r8, [sp, #48]\n"
        "adr.w r3, 3f\n"
        "add r11, r11, r3\n"
        "orr r11, r11, #1\n"
        "str r11, [sp, #52]\n"
        "1:\n" /* a pair of pixels */
        "ldr.w lr, [sp, #12]\n"
        "ldr.w r12, [sp, #16]\n"
        "2:\n" /* four channels; r12 is at their constants */
        "ldmia r12!, {r4-r7}\n"
        "str.w r12, [sp, #44]\n"
        "ldr.w r12, [sp]\n"
        TC_TPACK_FIRST
        "ldr.w pc, [sp, #52]\n"
        ".balign 4\n"
        "3:\n" /* 64 inputs */
        ".rept 32\n" TC_TPACK_PAIR ".endr\n"
        "ldr r0, [sp, #48]\n"
        "cmp r12, r0\n"
        "bne.w 5f\n"
        TC_TPACK_SCALE
        "ssat r6, #8, r6, asr #4\n ssat r10, #8, r10, asr #4\n ssat r4, #8, r4, asr #12\n ssat r8, #8, r8, asr #12\n"
        "ssat r7, #8, r7, asr #4\n ssat r11, #8, r11, asr #4\n ssat r5, #8, r5, asr #12\n ssat r9, #8, r9, asr #12\n"
        "4:\n"
        "ldr r0, [sp, #4]\n ldr r1, [sp, #8]\n ldr r2, [sp, #20]\n"
        "strb r4, [r0, #1]\n strb r7, [r0, #2]\n strb r5, [r0, #3]\n strb r6, [r0], #-4\n"
        "strb.w r8, [r1, #1]\n strb.w r11, [r1, #2]\n strb.w r9, [r1, #3]\n strb r10, [r1], #-4\n"
        "str r0, [sp, #4]\n str r1, [sp, #8]\n"
        "cmp r12, r2\n"
        "bne.w 2b\n"
        "ldr r2, [sp]\n ldr r3, [sp, #48]\n ldr r4, [sp, #32]\n ldr r5, [sp, #36]\n ldr r6, [sp, #24]\n"
        "add r2, r2, r4\n add r3, r3, r4\n add r0, r0, r5\n add r1, r1, r5\n"
        "str r2, [sp]\n str r3, [sp, #48]\n str r0, [sp, #4]\n str r1, [sp, #8]\n"
        "subs r6, r6, #1\n"
        "str r6, [sp, #24]\n"
        "bne.w 1b\n"
        "add sp, sp, #60\n"
        "pop {r4-r11, pc}\n"
        "5:\n"
        "blo.w 3b\n"
        TC_TPACK_SCALE /* beyond the end, which is two less: each channel has its own shift */
        "ldmia r12!, {r0-r3}\n"
        "asr.w r6, r6, r0\n asr.w r10, r10, r0\n asr.w r4, r4, r1\n asr.w r8, r8, r1\n"
        "asr.w r7, r7, r2\n asr.w r11, r11, r2\n asr.w r5, r5, r3\n asr.w r9, r9, r3\n"
        "ssat r6, #8, r6\n ssat r10, #8, r10\n ssat r4, #8, r4\n ssat r8, #8, r8\n"
        "ssat r7, #8, r7\n ssat r11, #8, r11\n ssat r5, #8, r5\n ssat r9, #8, r9\n"
        "b.w 4b\n");
}

#else

static inline void tc_tpack_quad(const int32_t *weights, const uint32_t *columns, const uint32_t *columns_end,
                                 const int32_t *c, int32_t shared, int8_t *const y[2])
{
    int32_t t[2][2] = {{c[0], c[1]}, {c[0], c[1]}};
    int32_t s[2][2] = {{c[2], c[3]}, {c[2], c[3]}};
    for (const uint32_t *x = columns; x < columns_end; x += 2, weights += 2) {
        for (int32_t i = 0; i < 4; i++) {
            const uint32_t w = (uint32_t)weights[i % 2];
            t[i / 2][i % 2] = tc_smlad(w, x[i / 2], t[i / 2][i % 2]);
            s[i / 2][i % 2] = tc_smlad(tc_sxtb16(w), x[i / 2], s[i / 2][i % 2]);
        }
    }
    for (int32_t i = 0; i < 4; i++) {
        const int32_t pair = i % 2;
        const int32_t even = s[i / 2][pair];
        const int32_t odd = (int32_t)((uint32_t)t[i / 2][pair] - (uint32_t)even);
        const int32_t *q = &c[4 + (4 * pair)];
        const int32_t shift = (shared != 0) ? TC_TPACK_SHIFT : c[12 + (2 * pair)];
        const int32_t odd_shift = (shared != 0) ? (TC_TPACK_SHIFT + 8) : c[13 + (2 * pair)];
        y[i / 2][2 * pair] = tc_requantize_dsp(even, q[0], q[1], shift);
        y[i / 2][(2 * pair) + 1] = tc_requantize_dsp(odd, q[2], q[3], odd_shift);
    }
}

static inline void tc_tpack_4x2(const tc_tpack_run *run)
{
    const int32_t shared = ((run->columns_bytes % 4) == 0) ? 1 : 0;
    const int32_t size = (shared != 0) ? TC_TPACK_SHARED : TC_TPACK_CONSTANTS;
    const int32_t quads = (int32_t)((run->constants_end - run->constants) / size);
    const int32_t words = (run->columns_bytes + 2) / 4;
    for (int32_t pair = 0; pair < run->pairs; pair++) {
        const uint32_t *columns = &run->columns[pair * (run->advance / 4)];
        const int32_t y_place = pair * (run->y_step - (4 * quads));
        for (int32_t quad = 0; quad < quads; quad++) {
            int8_t *const y[2] = {&run->y0[y_place - (4 * quad)], &run->y1[y_place - (4 * quad)]};
            tc_tpack_quad(&run->weights[quad * words], columns, &columns[words], &run->constants[quad * size], shared,
                          y);
        }
    }
}

#endif

/* What stays the same over the pixels of one layer. */
typedef struct {
    const int32_t *weights;
    const int32_t *constants;
    int32_t input_quads;
    int32_t channels;
    int32_t shared_shift;
    int32_t advance; /* words of columns from one pair of pixels to the next */
    int32_t y_step;  /* bytes of output from one pixel to the next */
    int8_t *last;    /* scratch of 8 * ceil(channels / 4) bytes */
} tc_tpack_layer;

/* All channels of pairs of pixels; the second of a pair is written y_step bytes behind the first. */
static inline tc_tpack_run tc_tpack_run_of(const tc_tpack_layer *l, const uint32_t *columns, int32_t pairs, int8_t *y,
                                           int32_t y_step)
{
    const int32_t quads = tc_tpack_quads(l->channels);
    const int32_t size = (l->shared_shift != 0) ? TC_TPACK_SHARED : TC_TPACK_CONSTANTS;
    const tc_tpack_run run = {columns,
                              &y[4 * (quads - 1)],
                              &y[(4 * (quads - 1)) + y_step],
                              l->weights,
                              l->constants,
                              &l->constants[size * quads],
                              pairs,
                              (16 * l->input_quads) - ((l->shared_shift != 0) ? 0 : 2),
                              4 * l->advance,
                              (2 * y_step) + (4 * quads),
                              tc_tpack_skip((2 * l->input_quads) - 1, TC_TPACK_UNROLLED_4X2, TC_TPACK_UNIT_4X2)};
    return run;
}

TC_SHARED void tc_tpack_pairs(const tc_tpack_layer *l, const uint32_t *columns, int32_t pairs, int8_t *y,
                              int32_t y_step);

TC_SHARED void tc_tpack_pairs(const tc_tpack_layer *l, const uint32_t *columns, int32_t pairs, int8_t *y,
                              int32_t y_step)
{
    const tc_tpack_run run = tc_tpack_run_of(l, columns, pairs, y, y_step);
    tc_tpack_4x2(&run);
}

/* All channels of `pixels` pixels. `is_last`: nothing behind them is written later. */
TC_SHARED void tc_tpack_pixels(const tc_tpack_layer *l, const uint32_t *columns, int32_t pixels, int8_t *y,
                               int32_t is_last);

TC_SHARED void tc_tpack_pixels(const tc_tpack_layer *l, const uint32_t *columns, int32_t pixels, int8_t *y,
                               int32_t is_last)
{
    const int32_t spills = ((pixels % 2) != 0) || ((is_last != 0) && ((l->channels % 4) != 0));
    const int32_t pairs = ((pixels + 1) / 2) - spills;
    if (pairs > 0) {
        tc_tpack_pairs(l, columns, pairs, y, l->y_step);
    }
    if (spills != 0) {
        const int32_t row = 4 * tc_tpack_quads(l->channels);
        int8_t *const y0 = &y[2 * pairs * l->y_step];
        tc_tpack_pairs(l, &columns[pairs * l->advance], 1, l->last, row);
        (void)memcpy(y0, l->last, (size_t)l->channels);
        if ((pixels % 2) == 0) {
            (void)memcpy(&y0[l->y_step], &l->last[row], (size_t)l->channels);
        }
    }
}

#endif

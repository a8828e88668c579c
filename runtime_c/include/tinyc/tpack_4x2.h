/* The inner block of T-pack for two pixels: four channels x two pixels, over all channels of many pairs of pixels.
 *
 * Quads of channels come last first: a last quad with less than four channels spills over into the pixel behind, which
 * is written later. What would spill out of the output goes through `last`.
 */
#ifndef TINYC_TPACK_4X2_H
#define TINYC_TPACK_4X2_H

#include "tinyc/tpack_pair.h"

#define TC_TPACK_UNROLLED_4X2 32 /* halves of four inputs */
#define TC_TPACK_UNIT_4X2 56 /* bytes of code */

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

_Static_assert(sizeof(tc_tpack_run) == 44u, "the assembly copies tc_tpack_run by eleven words");

#define TC_TPACK_SCALE "ldr.w r12, [sp, #44]\n" TC_TPACK_PAIR_ODD TC_TPACK_PAIR_MULTIPLY("r12")

/* Registers: tpack_pair.h. The run lies at sp; behind it: 44 cursor in the constants, 48 end of the columns, 52 entry
 * into the loop. */
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
        TC_TPACK_PAIR_LOADS TC_TPACK_PAIR_START
        "ldr.w pc, [sp, #52]\n"
        ".balign 4\n"
        "3:\n" /* 64 inputs */
        ".rept 32\n" TC_TPACK_PAIR_LOADS TC_TPACK_PAIR_PRODUCTS ".endr\n"
        "ldr r0, [sp, #48]\n"
        "cmp r12, r0\n"
        "bne.w 5f\n"
        TC_TPACK_SCALE
        TC_TPACK_PAIR_SATURATE_SHARED
        "4:\n"
        "ldr r0, [sp, #4]\n ldr r1, [sp, #8]\n ldr r2, [sp, #20]\n"
        TC_TPACK_PAIR_STORE
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
        TC_TPACK_PAIR_SATURATE_OWN("r12")
        "b.w 4b\n");
}

#else

static inline void tc_tpack_quad(const int32_t *weights, const uint32_t *columns, const uint32_t *columns_end,
                                 const int32_t *constants, int32_t shared, int8_t *const y[2])
{
    tc_tpack_pair_sums sums = tc_tpack_pair_start(constants);
    for (const uint32_t *x = columns; x < columns_end; x += 2, weights += 2) {
        tc_tpack_pair_add(&sums, weights, x);
    }
    tc_tpack_pair_requantize(&sums, &constants[4], shared, y);
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
    tc_tpack_pixels_by(tc_tpack_pairs, l, columns, pixels, y, is_last);
}

#endif

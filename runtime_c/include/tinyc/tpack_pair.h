/* What the blocks of T-pack for two pixels share: four channels, T01, T23, S0 and S2 of each pixel their sums. */
#ifndef TINYC_TPACK_PAIR_H
#define TINYC_TPACK_PAIR_H

#include "tinyc/tpack.h"

#ifdef TC_SIMD_ARM

/* r4 T01, r5 T23, r6 S0, r7 S2 of the first pixel, r8 to r11 of the second; r0 and r1 weights of two inputs, which lie
 * in r2 and r3; r12 columns, lr weights. Four loads in one batch: 15 cycles for 16 products in 56 bytes. */
#define TC_TPACK_PAIR_LOADS "ldr.w r0, [lr], #4\n ldr.w r1, [lr], #4\n ldr.w r2, [r12], #4\n ldr.w r3, [r12], #4\n"
#define TC_TPACK_PAIR_PRODUCTS                                                                                         \
    "smlad r4, r0, r2, r4\n smlad r5, r1, r2, r5\n smlad r8, r0, r3, r8\n smlad r9, r1, r3, r9\n"                      \
    "sxtb16 r0, r0\n sxtb16 r1, r1\n"                                                                                  \
    "smlad r6, r0, r2, r6\n smlad r7, r1, r2, r7\n smlad r10, r0, r3, r10\n smlad r11, r1, r3, r11\n"
/* The first ones: the second pixel starts from the sums of the first one. */
#define TC_TPACK_PAIR_START                                                                                            \
    "smlad r8, r0, r3, r4\n smlad r9, r1, r3, r5\n smlad r4, r0, r2, r4\n smlad r5, r1, r2, r5\n"                      \
    "sxtb16 r0, r0\n sxtb16 r1, r1\n"                                                                                  \
    "smlad r10, r0, r3, r6\n smlad r11, r1, r3, r7\n smlad r6, r0, r2, r6\n smlad r7, r1, r2, r7\n"

#define TC_TPACK_PAIR_ODD "sub r4, r4, r6\n sub r5, r5, r7\n sub r8, r8, r10\n sub r9, r9, r11\n"
/* Products with multiplier and offset of each channel, which lie at `at`. */
#define TC_TPACK_PAIR_MULTIPLY(at)                                                                                     \
    "ldmia.w " at "!, {r0-r3}\n"                                                                                       \
    "smmla r6, r6, r0, r1\n smmla r10, r10, r0, r1\n smmla r4, r4, r2, r3\n smmla r8, r8, r2, r3\n"                    \
    "ldmia.w " at "!, {r0-r3}\n"                                                                                       \
    "smmla r7, r7, r0, r1\n smmla r11, r11, r0, r1\n smmla r5, r5, r2, r3\n smmla r9, r9, r2, r3\n"
/* Outputs, by a shift that all channels share, or by those at `at`. */
#define TC_TPACK_PAIR_SATURATE_SHARED                                                                                  \
    "ssat r6, #8, r6, asr #4\n ssat r10, #8, r10, asr #4\n ssat r4, #8, r4, asr #12\n ssat r8, #8, r8, asr #12\n"      \
    "ssat r7, #8, r7, asr #4\n ssat r11, #8, r11, asr #4\n ssat r5, #8, r5, asr #12\n ssat r9, #8, r9, asr #12\n"
#define TC_TPACK_PAIR_SATURATE_OWN(at)                                                                                 \
    "ldmia.w " at "!, {r0-r3}\n"                                                                                       \
    "asr.w r6, r6, r0\n asr.w r10, r10, r0\n asr.w r4, r4, r1\n asr.w r8, r8, r1\n"                                    \
    "asr.w r7, r7, r2\n asr.w r11, r11, r2\n asr.w r5, r5, r3\n asr.w r9, r9, r3\n"                                    \
    "ssat r6, #8, r6\n ssat r10, #8, r10\n ssat r4, #8, r4\n ssat r8, #8, r8\n"                                        \
    "ssat r7, #8, r7\n ssat r11, #8, r11\n ssat r5, #8, r5\n ssat r9, #8, r9\n"
/* To r0 and r1, which go back by four. */
#define TC_TPACK_PAIR_STORE                                                                                            \
    "strb r4, [r0, #1]\n strb r7, [r0, #2]\n strb r5, [r0, #3]\n strb r6, [r0], #-4\n"                                 \
    "strb.w r8, [r1, #1]\n strb.w r11, [r1, #2]\n strb.w r9, [r1, #3]\n strb r10, [r1], #-4\n"

#else

/* Sums of four channels of two pixels: [pixel][channels 0 1, channels 2 3]. */
typedef struct {
    int32_t t[2][2];
    int32_t s[2][2];
} tc_tpack_pair_sums;

/* T01, T23, S0, S2 to start from. */
static inline tc_tpack_pair_sums tc_tpack_pair_start(const int32_t start[4])
{
    const tc_tpack_pair_sums sums = {{{start[0], start[1]}, {start[0], start[1]}},
                                     {{start[2], start[3]}, {start[2], start[3]}}};
    return sums;
}

/* Adds the products of a word of inputs of each pixel and their two words of weights. */
static inline void tc_tpack_pair_add(tc_tpack_pair_sums *sums, const int32_t weights[2], const uint32_t x[2])
{
    for (int32_t i = 0; i < 4; i++) {
        const int32_t pixel = i / 2;
        const uint32_t w = (uint32_t)weights[i % 2];
        sums->t[pixel][i % 2] = tc_smlad(w, x[pixel], sums->t[pixel][i % 2]);
        sums->s[pixel][i % 2] = tc_smlad(tc_sxtb16(w), x[pixel], sums->s[pixel][i % 2]);
    }
}

/* 256 times the sum of an odd channel. */
static inline int32_t tc_tpack_pair_odd(const tc_tpack_pair_sums *sums, int32_t pixel, int32_t pair)
{
    return (int32_t)((uint32_t)sums->t[pixel][pair] - (uint32_t)sums->s[pixel][pair]);
}

/* Outputs; constants: multiplier and offset of four channels, then their shifts, unless there is a shared one. */
static inline void tc_tpack_pair_requantize(const tc_tpack_pair_sums *sums, const int32_t *constants, int32_t shared,
                                            int8_t *const y[2])
{
    for (int32_t i = 0; i < 4; i++) {
        const int32_t pixel = i / 2;
        const int32_t pair = i % 2;
        const int32_t *const q = &constants[4 * pair];
        const int32_t shift = (shared != 0) ? TC_TPACK_SHIFT : constants[8 + (2 * pair)];
        const int32_t odd_shift = (shared != 0) ? (TC_TPACK_SHIFT + 8) : constants[9 + (2 * pair)];
        y[pixel][2 * pair] = tc_requantize_dsp(sums->s[pixel][pair], q[0], q[1], shift);
        y[pixel][(2 * pair) + 1] = tc_requantize_dsp(tc_tpack_pair_odd(sums, pixel, pair), q[2], q[3], odd_shift);
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
typedef void tc_tpack_pairs_fn(const tc_tpack_layer *l, const uint32_t *columns, int32_t pairs, int8_t *y,
                               int32_t y_step);

/* All channels of `pixels` pixels. `is_last`: nothing behind them is written later. */
static inline void tc_tpack_pixels_by(tc_tpack_pairs_fn *by, const tc_tpack_layer *l, const uint32_t *columns,
                                      int32_t pixels, int8_t *y, int32_t is_last)
{
    const int32_t spills = ((pixels % 2) != 0) || ((is_last != 0) && ((l->channels % 4) != 0));
    const int32_t pairs = ((pixels + 1) / 2) - spills;
    if (pairs > 0) {
        by(l, columns, pairs, y, l->y_step);
    }
    if (spills != 0) {
        const int32_t row = 4 * tc_tpack_quads(l->channels);
        int8_t *const y0 = &y[2 * pairs * l->y_step];
        by(l, &columns[pairs * l->advance], 1, l->last, row);
        (void)memcpy(y0, l->last, (size_t)l->channels);
        if ((pixels % 2) == 0) {
            (void)memcpy(&y0[l->y_step], &l->last[row], (size_t)l->channels);
        }
    }
}

#endif

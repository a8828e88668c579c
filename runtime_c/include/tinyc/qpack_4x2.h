/* Q-pack (qpack.h) for two pixels: four channels x two pixels, over all channels of many pairs of pixels.
 *
 * Quads of channels come last first: a last quad with less than four channels spills over into the pixel behind, which
 * is written later. What would spill out of the output goes through `last`.
 *
 * stream: of each quad P3, P2, P1, P0 to start from; its weights; then, where the sums of all channels are shifted by
 * their lanes alone and share one offset, four multipliers; elsewhere multiplier and offset of each of the four channels, then their shifts.
 */
#ifndef TINYC_QPACK_4X2_H
#define TINYC_QPACK_4X2_H

#include "tinyc/qpack.h"

#define TC_QPACK_SHARED 4 /* words behind the weights of a quad */

typedef struct {
    const uint32_t *columns; /* of the first pair */
    int8_t *y0;              /* the last quad of the first pixel */
    int8_t *y1;              /* the last quad of the second pixel */
    const int32_t *stream;
    const int32_t *stream_end;
    int32_t offset; /* shared: of sums in the first lane */
    int32_t pairs;
    int32_t columns_bytes; /* of one pair that are read; two less if each channel has its own shift */
    int32_t advance;       /* bytes of columns from one pair to the next */
    int32_t y_step;        /* bytes of output from behind the first quad of a pair to the last quad of the next */
    int32_t skip;          /* bytes of code before the entry into the unrolled loop */
    const int32_t *sums;   /* of the activations of every pixel, times TC_QPACK4_SUM or TC_QPACK2_SUM */
} tc_qpack_run;

#ifdef TC_SIMD_ARM

_Static_assert(sizeof(tc_qpack_run) == 48u, "the assembly copies tc_qpack_run by twelve words");

/* The run lies at sp; behind it: 48 end of the columns, 52 entry into the loop, 56 and 60 sums of the pair. */
#define TC_QPACK_BEGIN_4X2                                                                                             \
    "push {r4-r11, lr}\n"                                                                                              \
    "sub sp, sp, #64\n"                                                                                                \
    "ldmia r0!, {r1-r7}\n"                                                                                             \
    "ldmia.w r0, {r8-r12}\n"                                                                                           \
    "stmia.w sp, {r1-r12}\n"                                                                                           \
    "add r8, r1, r8\n"                                                                                                 \
    "adr.w r3, 3f\n"                                                                                                   \
    "add r11, r11, r3\n"                                                                                               \
    "orr r11, r11, #1\n"                                                                                               \
    "str r8, [sp, #48]\n str r11, [sp, #52]\n"                                                                         \
    "1:\n" /* a pair of pixels */                                                                                      \
    "ldr.w r12, [sp, #44]\n"                                                                                           \
    "ldmia.w r12!, {r0, r1}\n"                                                                                         \
    "str.w r12, [sp, #44]\n strd r0, r1, [sp, #56]\n"                                                                  \
    "ldr.w lr, [sp, #12]\n"                                                                                            \
    "2:\n" /* four channels */                                                                                         \
    "ldmia.w lr!, {r4-r7}\n"                                                                                           \
    "ldr.w r12, [sp]\n ldr r3, [sp, #48]\n"
#define TC_QPACK_SHARED_BEGIN                                                                                          \
    "ldmia.w lr!, {r0-r3}\n ldr.w r12, [sp, #20]\n"                                                                    \
    "smmla r7, r7, r0, r12\n smmla r11, r11, r0, r12\n smmla r6, r6, r1, r12\n smmla r10, r10, r1, r12\n"
#define TC_QPACK_LEAVE_4X2                                                                                             \
    "ldr r0, [sp, #4]\n ldr r1, [sp, #8]\n ldr r2, [sp, #16]\n"                                                        \
    "strb r6, [r0, #1]\n strb r5, [r0, #2]\n strb r4, [r0, #3]\n strb r7, [r0], #-4\n"                                 \
    "strb.w r10, [r1, #1]\n strb.w r9, [r1, #2]\n strb.w r8, [r1, #3]\n strb r11, [r1], #-4\n"                         \
    "str r0, [sp, #4]\n str r1, [sp, #8]\n"                                                                            \
    "cmp lr, r2\n"                                                                                                     \
    "bne.w 2b\n"                                                                                                       \
    "ldr r2, [sp]\n ldr r3, [sp, #48]\n ldr r4, [sp, #32]\n ldr r5, [sp, #36]\n ldr r6, [sp, #24]\n"                   \
    "add r2, r2, r4\n add r3, r3, r4\n add r0, r0, r5\n add r1, r1, r5\n"                                              \
    "str r2, [sp]\n str r3, [sp, #48]\n str r0, [sp, #4]\n str r1, [sp, #8]\n"                                         \
    "subs r6, r6, #1\n"                                                                                                \
    "str r6, [sp, #24]\n"                                                                                              \
    "bne.w 1b\n"                                                                                                       \
    "add sp, sp, #64\n"                                                                                                \
    "pop {r4-r11, pc}\n"
/* Each channel has its own shift. */
#define TC_QPACK_OWN_4X2                                                                                               \
    "ldmia.w lr!, {r0-r3}\n"                                                                                           \
    "smmla r7, r7, r0, r1\n smmla r11, r11, r0, r1\n smmla r6, r6, r2, r3\n smmla r10, r10, r2, r3\n"                  \
    "ldmia.w lr!, {r0-r3}\n"                                                                                           \
    "smmla r5, r5, r0, r1\n smmla r9, r9, r0, r1\n smmla r4, r4, r2, r3\n smmla r8, r8, r2, r3\n"                      \
    "ldmia.w lr!, {r0-r3}\n"                                                                                           \
    "asr.w r7, r7, r0\n asr.w r11, r11, r0\n asr.w r6, r6, r1\n asr.w r10, r10, r1\n"                                  \
    "asr.w r5, r5, r2\n asr.w r9, r9, r2\n asr.w r4, r4, r3\n asr.w r8, r8, r3\n"                                      \
    "ssat r7, #8, r7\n ssat r11, #8, r11\n ssat r6, #8, r6\n ssat r10, #8, r10\n"                                      \
    "ssat r5, #8, r5\n ssat r9, #8, r9\n ssat r4, #8, r4\n ssat r8, #8, r8\n"

#else

/* What differs between the widths of weights. */
typedef struct {
    int32_t words; /* of four channels and four inputs */
    int32_t lanes[4];
    void (*forms)(const int32_t *weights, int32_t pair, uint32_t forms[4]);
    void (*settle)(uint32_t sum, uint32_t p[4]);
} tc_qpack_width;

static inline void tc_qpack_scale(const tc_qpack_run *run, const tc_qpack_width *width, const uint32_t p[4],
                                  const int32_t *q, int8_t *y)
{
    for (int32_t i = 0; i < 4; i++) {
        const int32_t acc = (int32_t)p[3 - i];
        if ((run->columns_bytes % 4) == 0) {
            y[i] = tc_requantize_dsp(acc, q[i], run->offset * (1 << (width->lanes[i] - width->lanes[0])),
                                     width->lanes[i]);
        } else {
            y[i] = tc_requantize_dsp(acc, q[2 * i], q[(2 * i) + 1], q[8 + i]);
        }
    }
}

/* Returns what follows the quad in the stream. */
static inline const int32_t *tc_qpack_quad(const tc_qpack_run *run, const tc_qpack_width *width,
                                           const uint32_t *columns, const int32_t *sums, const int32_t *stream,
                                           int8_t *const y[2])
{
    uint32_t p[2][4];
    (void)memcpy(p[0], stream, sizeof p[0]);
    (void)memcpy(p[1], stream, sizeof p[1]);
    const int32_t *w = &stream[TC_QPACK_START];
    const uint32_t *const end = &columns[(run->columns_bytes + 2) / 4];
    for (const uint32_t *x = columns; x < end; x += 4, w += width->words) {
        for (int32_t i = 0; i < 16; i++) {
            uint32_t forms[4];
            width->forms(w, i / 8, forms);
            uint32_t *const acc = &p[(i / 4) % 2][i % 4];
            *acc = (uint32_t)tc_smlad(forms[i % 4], x[i / 4], (int32_t)*acc);
        }
    }
    for (int32_t i = 0; i < 2; i++) {
        width->settle((uint32_t)sums[i], p[i]);
        tc_qpack_scale(run, width, p[i], w, y[i]);
    }
    return &w[((run->columns_bytes % 4) == 0) ? TC_QPACK_SHARED : TC_QPACK_REQUANT];
}

static inline void tc_qpack_all(const tc_qpack_run *run, const tc_qpack_width *width)
{
    const uint32_t *columns = run->columns;
    int8_t *y[2] = {run->y0, run->y1};
    for (int32_t pair = 0; pair < run->pairs; pair++) {
        for (const int32_t *stream = run->stream; stream != run->stream_end;) {
            stream = tc_qpack_quad(run, width, columns, &run->sums[2 * pair], stream, y);
            y[0] -= 4;
            y[1] -= 4;
        }
        columns += run->advance / 4;
        y[0] += run->y_step;
        y[1] += run->y_step;
    }
}

#endif

/* What stays the same over the pixels of one layer. */
typedef struct {
    void (*block)(const tc_qpack_run *run);
    const int32_t *stream;
    int32_t offset; /* 0: each channel has its own */
    int32_t input_quads;
    int32_t channels;
    int32_t weight_words; /* of a quad of channels */
    int32_t skip;         /* bytes of code before the entry into the unrolled loop */
    int32_t advance;      /* words of columns from one pair of pixels to the next */
    int32_t y_step;       /* bytes of output from one pixel to the next */
    int8_t *last;         /* scratch of 8 * ceil(channels / 4) bytes */
} tc_qpack_layer;

TC_SHARED void tc_qpack_pairs(const tc_qpack_layer *l, const uint32_t *columns, const int32_t *sums, int32_t pairs,
                              int8_t *y, int32_t y_step);

TC_SHARED void tc_qpack_pairs(const tc_qpack_layer *l, const uint32_t *columns, const int32_t *sums, int32_t pairs,
                              int8_t *y, int32_t y_step)
{
    const int32_t quads = (l->channels + 3) / 4;
    const int32_t behind = (l->offset != 0) ? TC_QPACK_SHARED : TC_QPACK_REQUANT;
    const int32_t quad_words = TC_QPACK_START + l->weight_words + behind;
    const tc_qpack_run run = {columns,
                              &y[4 * (quads - 1)],
                              &y[(4 * (quads - 1)) + y_step],
                              l->stream,
                              &l->stream[quad_words * quads],
                              l->offset,
                              pairs,
                              (16 * l->input_quads) - ((l->offset != 0) ? 0 : 2),
                              4 * l->advance,
                              (2 * y_step) + (4 * quads),
                              l->skip,
                              sums};
    l->block(&run);
}

/* All channels of `pixels` pixels; there is a sum for the second pixel of an odd last pair, too. `is_last`: nothing
 * behind them is written later. */
TC_SHARED void tc_qpack_pixels(const tc_qpack_layer *l, const uint32_t *columns, const int32_t *sums, int32_t pixels,
                               int8_t *y, int32_t is_last);

TC_SHARED void tc_qpack_pixels(const tc_qpack_layer *l, const uint32_t *columns, const int32_t *sums, int32_t pixels,
                               int8_t *y, int32_t is_last)
{
    const int32_t spills = ((pixels % 2) != 0) || ((is_last != 0) && ((l->channels % 4) != 0));
    const int32_t pairs = ((pixels + 1) / 2) - spills;
    if (pairs > 0) {
        tc_qpack_pairs(l, columns, sums, pairs, y, l->y_step);
    }
    if (spills != 0) {
        const int32_t row = 4 * ((l->channels + 3) / 4);
        int8_t *const y0 = &y[2 * pairs * l->y_step];
        tc_qpack_pairs(l, &columns[pairs * l->advance], &sums[2 * pairs], 1, l->last, row);
        (void)memcpy(y0, l->last, (size_t)l->channels);
        if ((pixels % 2) == 0) {
            (void)memcpy(&y0[l->y_step], &l->last[row], (size_t)l->channels);
        }
    }
}

#endif

/* T-pack for two pixels as in tpack_4x2.h, with bias and requantisation in the stream of weights: 6 cycles less for each
 * four channels of a pair.
 *
 * Quads of channels come last first: a last quad with less than four channels spills over into the pixel behind, which
 * is written later, or must not be part of a run.
 *
 * stream: of each quad the sums to start from T01, T23, S0, S2; its weights; then, where all channels share one shift
 * and one offset, four multipliers; elsewhere multiplier and offset of each of the four channels, then their shifts.
 */
#ifndef TINYC_TPACK_STREAM_4X2_H
#define TINYC_TPACK_STREAM_4X2_H

#include "tinyc/tpack_pair.h"

#define TC_STREAM_UNROLLED 32 /* halves of four inputs */
#define TC_STREAM_SHORT 31
#define TC_STREAM_UNIT_BYTES 56
#define TC_STREAM_START 4
#define TC_STREAM_SHARED 4 /* words behind the weights of a quad */
#define TC_STREAM_OWN 12

typedef struct {
    const uint32_t *columns; /* of the first pair */
    int8_t *y0;              /* the last quad of the first pixel */
    int8_t *y1;              /* the last quad of the second pixel */
    const int32_t *stream;
    const int32_t *stream_end;
    int32_t offset; /* shared: of even channels; 256 times as much for odd ones */
    int32_t pairs;
    int32_t columns_bytes; /* of one pair that are read; two less if each channel has its own shift */
    int32_t advance;       /* bytes of columns from one pair to the next */
    int32_t y_step;        /* bytes of output from behind the first quad of a pair to the last quad of the next */
    int32_t skip;          /* bytes of code before the entry into the unrolled loop */
} tc_stream_run;

#ifdef TC_SIMD_ARM

_Static_assert(sizeof(tc_stream_run) == 44u, "the assembly copies tc_stream_run by eleven words");

/* Registers: tpack_pair.h. The run lies at sp; behind it: 44 end of the columns, 48 entry into the loop. */
#define TC_STREAM_ENTER                                                                                                \
    "push {r4-r11, lr}\n"                                                                                              \
    "sub sp, sp, #52\n"                                                                                                \
    "ldmia r0!, {r1-r7}\n"                                                                                             \
    "ldmia r0, {r8-r11}\n"                                                                                             \
    "stmia.w sp, {r1-r11}\n"                                                                                           \
    "add r8, r1, r8\n"                                                                                                 \
    "str r8, [sp, #44]\n"
#define TC_STREAM_ENTRY                                                                                                \
    "adr.w r3, 3f\n"                                                                                                   \
    "add r11, r11, r3\n"                                                                                               \
    "orr r11, r11, #1\n"                                                                                               \
    "str r11, [sp, #48]\n"
#define TC_STREAM_BEGIN                                                                                                \
    "1:\n" /* a pair of pixels */                                                                                      \
    "ldr.w lr, [sp, #12]\n"                                                                                            \
    "2:\n" /* four channels */                                                                                         \
    "ldmia.w lr!, {r4-r7}\n"                                                                                           \
    "ldr.w r12, [sp]\n"
#define TC_STREAM_SHARED_SHIFT                                                                                         \
    "ldmia.w lr!, {r0-r3}\n ldr.w r12, [sp, #20]\n" TC_TPACK_PAIR_ODD                                                  \
    "smmla r6, r6, r0, r12\n smmla r10, r10, r0, r12\n smmla r7, r7, r2, r12\n smmla r11, r11, r2, r12\n"              \
    "lsl r12, r12, #8\n"                                                                                               \
    "smmla r4, r4, r1, r12\n smmla r8, r8, r1, r12\n smmla r5, r5, r3, r12\n smmla r9, r9, r3, r12\n"                  \
    TC_TPACK_PAIR_SATURATE_SHARED
#define TC_STREAM_STORE                                                                                                \
    "ldr r0, [sp, #4]\n ldr r1, [sp, #8]\n ldr r2, [sp, #16]\n"                                                        \
    TC_TPACK_PAIR_STORE                                                                                                \
    "str r0, [sp, #4]\n str r1, [sp, #8]\n"                                                                            \
    "cmp lr, r2\n"                                                                                                     \
    "bne.w 2b\n"                                                                                                       \
    "ldr r2, [sp]\n ldr r3, [sp, #44]\n ldr r4, [sp, #32]\n ldr r5, [sp, #36]\n ldr r6, [sp, #24]\n"                   \
    "add r2, r2, r4\n add r3, r3, r4\n add r0, r0, r5\n add r1, r1, r5\n"                                              \
    "str r2, [sp]\n str r3, [sp, #44]\n str r0, [sp, #4]\n str r1, [sp, #8]\n"                                         \
    "subs r6, r6, #1\n"                                                                                                \
    "str r6, [sp, #24]\n"                                                                                              \
    "bne.w 1b\n"                                                                                                       \
    "add sp, sp, #52\n"                                                                                                \
    "pop {r4-r11, pc}\n"

/* All channels share a shift, and inputs are no more than one way through the loop. */
TC_KERNEL __attribute__((naked, noinline)) void
tc_tpack_stream_short_4x2(const tc_stream_run *run __attribute__((unused)))
{
    __asm__(TC_STREAM_ENTER TC_STREAM_ENTRY TC_STREAM_BEGIN TC_TPACK_PAIR_LOADS TC_TPACK_PAIR_START
            "ldr.w pc, [sp, #48]\n"
            ".balign 4\n"
            "3:\n"
            ".rept 31\n" TC_TPACK_PAIR_LOADS TC_TPACK_PAIR_PRODUCTS ".endr\n"
            TC_STREAM_SHARED_SHIFT TC_STREAM_STORE);
}

TC_KERNEL __attribute__((naked, noinline)) void tc_tpack_stream_4x2(const tc_stream_run *run __attribute__((unused)))
{
    __asm__(TC_STREAM_ENTER TC_STREAM_ENTRY TC_STREAM_BEGIN TC_TPACK_PAIR_LOADS TC_TPACK_PAIR_START
            "ldr.w pc, [sp, #48]\n"
            ".balign 4\n"
            "3:\n"
            ".rept 32\n" TC_TPACK_PAIR_LOADS TC_TPACK_PAIR_PRODUCTS ".endr\n"
            "ldr r0, [sp, #44]\n"
            "cmp r12, r0\n"
            "bne.w 5f\n"
            TC_STREAM_SHARED_SHIFT
            "4:\n" TC_STREAM_STORE
            "5:\n"
            "blo.w 3b\n"
            TC_TPACK_PAIR_ODD /* beyond the end, which is two less: each channel has its own shift */
            TC_TPACK_PAIR_MULTIPLY("lr") TC_TPACK_PAIR_SATURATE_OWN("lr")
            "b.w 4b\n");
}

#else

/* Four channels of two pixels from their sums; q lies behind the quad's weights. */
static inline void tc_stream_scale(const tc_stream_run *run, const tc_tpack_pair_sums *sums, const int32_t *q,
                                   int8_t *const y[2])
{
    if ((run->columns_bytes % 4) != 0) {
        tc_tpack_pair_requantize(sums, q, 0, y);
        return;
    }
    for (int32_t i = 0; i < 4; i++) {
        const int32_t pixel = i / 2;
        const int32_t pair = i % 2;
        int8_t *const to = &y[pixel][2 * pair];
        to[0] = tc_requantize_dsp(sums->s[pixel][pair], q[2 * pair], run->offset, TC_TPACK_SHIFT);
        to[1] = tc_requantize_dsp(tc_tpack_pair_odd(sums, pixel, pair), q[(2 * pair) + 1], 256 * run->offset,
                                  TC_TPACK_SHIFT + 8);
    }
}

/* Returns what follows the quad in the stream. */
static inline const int32_t *tc_stream_quad(const tc_stream_run *run, const uint32_t *columns, const int32_t *stream,
                                           int8_t *const y[2])
{
    tc_tpack_pair_sums sums = tc_tpack_pair_start(stream);
    const uint32_t *const end = &columns[(run->columns_bytes + 2) / 4];
    const int32_t *weights = &stream[TC_STREAM_START];
    for (const uint32_t *x = columns; x < end; x += 2, weights += 2) {
        tc_tpack_pair_add(&sums, weights, x);
    }
    tc_stream_scale(run, &sums, weights, y);
    return &weights[((run->columns_bytes % 4) == 0) ? TC_STREAM_SHARED : TC_STREAM_OWN];
}

static inline void tc_tpack_stream_4x2(const tc_stream_run *run)
{
    const uint32_t *columns = run->columns;
    int8_t *y[2] = {run->y0, run->y1};
    for (int32_t pair = 0; pair < run->pairs; pair++) {
        for (const int32_t *stream = run->stream; stream != run->stream_end;) {
            stream = tc_stream_quad(run, columns, stream, y);
            y[0] -= 4;
            y[1] -= 4;
        }
        columns += run->advance / 4;
        y[0] += run->y_step;
        y[1] += run->y_step;
    }
}

static inline void tc_tpack_stream_short_4x2(const tc_stream_run *run)
{
    tc_tpack_stream_4x2(run);
}

#endif

/* What stays the same over the pixels of one layer. */
typedef struct {
    const int32_t *stream;
    int32_t offset; /* 0: each channel has its own */
    int32_t input_quads;
    int32_t channels;
    int32_t advance; /* words of columns from one pair of pixels to the next */
    int32_t second;  /* bytes of output from the first pixel of a pair to the second */
    int32_t y_step;  /* from one pair to the next */
} tc_stream_layer;

/* All channels of pairs of pixels; y is the first pixel of the first pair. A last quad that is not full writes up to
 * three bytes behind each pixel. */
TC_SHARED void tc_stream_pairs(const tc_stream_layer *l, const uint32_t *columns, int32_t pairs, int8_t *y);

TC_SHARED void tc_stream_pairs(const tc_stream_layer *l, const uint32_t *columns, int32_t pairs, int8_t *y)
{
    const int32_t quads = tc_tpack_quads(l->channels);
    const int32_t behind = (l->offset != 0) ? TC_STREAM_SHARED : TC_STREAM_OWN;
    const int32_t halves = 2 * l->input_quads;
    const int32_t is_short = ((l->offset != 0) && (halves <= (TC_STREAM_SHORT + 1))) ? 1 : 0;
    const int32_t unrolled = (is_short != 0) ? TC_STREAM_SHORT : TC_STREAM_UNROLLED;
    const int32_t quad_words = TC_STREAM_START + (4 * l->input_quads) + behind;
    const tc_stream_run run = {columns,
                               &y[4 * (quads - 1)],
                               &y[(4 * (quads - 1)) + l->second],
                               l->stream,
                               &l->stream[quad_words * quads],
                               l->offset,
                               pairs,
                               (16 * l->input_quads) - ((l->offset != 0) ? 0 : 2),
                               4 * l->advance,
                               l->y_step + (4 * quads),
                               tc_tpack_skip(halves - 1, unrolled, TC_STREAM_UNIT_BYTES)};
    if (is_short != 0) {
        tc_tpack_stream_short_4x2(&run);
    } else {
        tc_tpack_stream_4x2(&run);
    }
}

#endif

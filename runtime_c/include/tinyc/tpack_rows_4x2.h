/* T-pack for 3x3 windows of three channels, two columns apart, where they lie: rows of the input as int16, one element
 * after the other. A row of a window is five words, the last half of which has zero weights; the window of a pair's
 * second pixel begins 12 bytes behind the first one's.
 *
 * stream: tpack_stream_4x2.h with a shared shift; weights [3 rows][5 words][channels 0 1, channels 2 3] of inputs k, k + 1
 */
#ifndef TINYC_TPACK_ROWS_4X2_H
#define TINYC_TPACK_ROWS_4X2_H

#include "tinyc/tpack_stream_4x2.h"

#define TC_ROWS_WORDS 5
#define TC_ROWS_LAG 3 /* words from a window to the next */
#define TC_ROWS_QUAD 38 /* words of the stream for each four channels */

/* Of tc_stream_run: columns are the first window, advance that of two pixels, skip the bytes from the last word of a row
 * to the first of the next. */

#ifdef TC_SIMD_ARM

#define TC_ROWS_LOADS "ldr.w r0, [lr], #4\n ldr.w r1, [lr], #4\n ldr.w r3, [r12, #12]\n ldr.w r2, [r12], #4\n"
#define TC_ROWS_FOUR ".rept 4\n" TC_ROWS_LOADS TC_TPACK_PAIR_PRODUCTS ".endr\n"
#define TC_ROWS_NEXT "ldr r0, [sp, #40]\n add r12, r12, r0\n" TC_ROWS_LOADS TC_TPACK_PAIR_PRODUCTS TC_ROWS_FOUR

TC_KERNEL __attribute__((naked, noinline)) void tc_tpack_rows_4x2(const tc_stream_run *run __attribute__((unused)))
{
    __asm__(TC_STREAM_ENTER TC_STREAM_BEGIN TC_ROWS_LOADS TC_TPACK_PAIR_START TC_ROWS_FOUR);
    __asm__(TC_ROWS_NEXT);
    __asm__(TC_ROWS_NEXT);
    __asm__(TC_STREAM_SHARED_SHIFT TC_STREAM_STORE);
}

#else

static inline void tc_tpack_rows_4x2(const tc_stream_run *run)
{
    const int32_t step = TC_ROWS_WORDS + (run->skip / 4);
    for (int32_t pair = 0; pair < run->pairs; pair++) {
        const uint32_t *const from = &run->columns[pair * (run->advance / 4)];
        uint32_t columns[2 * 3 * TC_ROWS_WORDS];
        for (int32_t i = 0; i < (3 * TC_ROWS_WORDS); i++) {
            const uint32_t *const word = &from[((i / TC_ROWS_WORDS) * step) + (i % TC_ROWS_WORDS)];
            columns[2 * i] = word[0];
            columns[(2 * i) + 1] = word[TC_ROWS_LAG];
        }
        const int32_t quads = (int32_t)((run->stream_end - run->stream) / TC_ROWS_QUAD);
        const int32_t y_place = pair * (run->y_step - (4 * quads));
        tc_stream_run one = *run;
        one.columns = columns;
        one.columns_bytes = (int32_t)sizeof columns;
        one.pairs = 1;
        one.y0 = &run->y0[y_place];
        one.y1 = &run->y1[y_place];
        tc_tpack_stream_4x2(&one);
    }
}

#endif

#endif

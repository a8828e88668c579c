/* Columns of T-pack from windows whose rows lie in the input, a step apart. */
#ifndef TINYC_TPACK_WINDOWS_H
#define TINYC_TPACK_WINDOWS_H

#include "tinyc/tpack.h"

#if defined(__GNUC__)
#define TC_CONV_OUTLINE __attribute__((noinline)) /* their registers just suffice */
#else
#define TC_CONV_OUTLINE
#endif

/* Pairs of windows in a row. */
typedef struct {
    const int8_t *from; /* the first window */
    int32_t lag;        /* bytes from a window to the next */
    int32_t step;       /* bytes from a row of a window to the next */
    int32_t pairs;
} tc_window_span;

static inline uint32_t tc_three_bytes(const int8_t *a, int32_t step)
{
    return (uint32_t)(uint8_t)a[0] | ((uint32_t)(uint8_t)a[step] << 8) | ((uint32_t)(uint8_t)a[2 * step] << 16);
}

/* Windows of three rows of three pixels of three channels; order: tc_expand_rows. */
TC_CONV_OUTLINE static uint32_t *tc_expand_nines(uint32_t *to, const tc_window_span *s)
{
    const int32_t step = s->step;
    const int8_t *a = s->from;
    const int8_t *b = &a[s->lag];
    for (int32_t pairs = s->pairs; pairs > 0; pairs--) {
        to = tc_tpack_expand2(to, a, b, 8);
        to = tc_tpack_expand2(to, &a[step], &b[step], 8);
        to = tc_tpack_expand2(to, &a[2 * step], &b[2 * step], 8);
        to = tc_tpack_put2(to, tc_three_bytes(&a[8], step), tc_three_bytes(&b[8], step));
        a = &a[2 * s->lag];
        b = &b[2 * s->lag];
    }
    return to;
}

/* Columns of two windows of `rows` rows of `run` inputs: what makes up whole words, row by row; then what is left of
 * each row. */
static inline uint32_t *tc_expand_rows(uint32_t *to, const int8_t *a, const int8_t *b, int32_t step, int32_t rows,
                                       int32_t run)
{
    const int32_t whole = run & ~3;
    uint32_t rest[2] = {0, 0};
    int32_t bits = 0;
    for (int32_t row = 0; row < (rows * step); row += step) {
        for (int32_t i = row; i < (row + whole); i += 4) {
            to = tc_tpack_put2(to, tc_load4(&a[i]), tc_load4(&b[i]));
        }
    }
    for (int32_t row = 0; row < (rows * step); row += step) {
        for (int32_t i = row + whole; i < (row + run); i++) {
            rest[0] |= (uint32_t)(uint8_t)a[i] << bits;
            rest[1] |= (uint32_t)(uint8_t)b[i] << bits;
            bits = (bits + 8) % 32;
            if (bits == 0) {
                to = tc_tpack_put2(to, rest[0], rest[1]);
                rest[0] = 0;
                rest[1] = 0;
            }
        }
    }
    return (bits > 0) ? tc_tpack_put2(to, rest[0], rest[1]) : to;
}

#endif

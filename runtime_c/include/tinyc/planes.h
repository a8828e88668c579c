/* Planes: an image of one channel as int16, padded, for convolutions that work channel by channel.
 *
 * plane: [pairs][pitch] words; word (j, t) holds columns 2j (low half) and 2j + 1 of row t, both counted from the
 * padding's left end; what lies outside the image is the zero point. Up to four planes are filled at a time.
 */
#ifndef TINYC_PLANES_H
#define TINYC_PLANES_H

#include "tinyc/simd.h"

#define TC_PLANES_AT_ONCE 4

/* The image that planes are filled from, and their size. */
typedef struct {
    int32_t height;
    int32_t width;
    int32_t channels; /* bytes from one pixel to the next */
    int32_t pad_left;
    int32_t outside; /* zero point */
    int32_t pairs;
    int32_t pitch; /* rows of a plane */
} tc_planes;

/* `count` channels of a pixel, at most four; bytes behind them are not touched. */
static inline uint32_t tc_planes_load(const int8_t *pixel, int32_t count)
{
    if (count == TC_PLANES_AT_ONCE) {
        return tc_load4(pixel);
    }
    uint32_t word = 0;
    for (int32_t i = 0; i < count; i++) {
        word |= (uint32_t)(uint8_t)pixel[i] << (8 * i);
    }
    return word;
}

/* One word into each of four planes: two neighbours of four channels. */
static inline void tc_planes_put(uint32_t *word, int32_t plane, uint32_t left, uint32_t right)
{
    const uint32_t low = tc_pkhbt(left, right);
    const uint32_t high = tc_pkhtb(left, right);
    word[0] = tc_sxtb16(low);
    word[plane] = tc_sxtb16_ror8(low);
    word[2 * plane] = tc_sxtb16(high);
    word[3 * plane] = tc_sxtb16_ror8(high);
}

/* Pairs first to last - 1 of a row, whatever of them lies inside. */
static inline void tc_planes_edge(const tc_planes *g, const int8_t *row, int32_t count, int32_t first, int32_t last,
                                  uint32_t *word)
{
    const uint32_t outside = 0x01010101u * (uint32_t)(uint8_t)(int8_t)g->outside;
    for (int32_t j = first; j < last; j++) {
        const int32_t left = (2 * j) - g->pad_left;
        const int32_t right = left + 1;
        const int in_left = (row != NULL) && (left >= 0) && (left < g->width);
        const int in_right = (row != NULL) && (right >= 0) && (right < g->width);
        tc_planes_put(&word[j * g->pitch], g->pairs * g->pitch,
                      in_left ? tc_planes_load(&row[left * g->channels], count) : outside,
                      in_right ? tc_planes_load(&row[right * g->channels], count) : outside);
    }
}

/* Pairs that lie inside: `pairs` of them from `pixel` on. */
static inline void tc_planes_inside(const tc_planes *g, const int8_t *pixel, int32_t count, int32_t pairs,
                                    uint32_t *word)
{
    const int32_t plane = g->pairs * g->pitch;
    const int32_t step = g->channels;
    if (count < TC_PLANES_AT_ONCE) {
        for (int32_t j = 0; j < pairs; j++) {
            tc_planes_put(word, plane, tc_planes_load(pixel, count), tc_planes_load(&pixel[step], count));
            pixel += 2 * step;
            word += g->pitch;
        }
        return;
    }
    for (int32_t j = 0; j < pairs; j++) {
        tc_planes_put(word, plane, tc_load4(pixel), tc_load4(&pixel[step]));
        pixel += 2 * step;
        word += g->pitch;
    }
}

/* Fills rows 0 to rows - 1 of four planes with rows from `top` on of `count` channels of an image. */
static inline void tc_planes_fill(const tc_planes *g, const int8_t *image, int32_t count, int32_t top, int32_t rows,
                                  uint32_t *planes)
{
    const int32_t first = tc_min_i32((g->pad_left + 1) / 2, g->pairs);
    const int32_t last = tc_clamp_i32((g->width + g->pad_left) / 2, first, g->pairs);
    for (int32_t t = 0; t < rows; t++) {
        const int32_t y = top + t;
        if ((y < 0) || (y >= g->height)) {
            tc_planes_edge(g, NULL, count, 0, g->pairs, &planes[t]);
            continue;
        }
        const int8_t *const row = &image[y * g->width * g->channels];
        tc_planes_edge(g, row, count, 0, first, &planes[t]);
        if (last > first) {
            tc_planes_inside(g, &row[((2 * first) - g->pad_left) * g->channels], count, last - first,
                             &planes[t + (first * g->pitch)]);
        }
        tc_planes_edge(g, row, count, last, g->pairs, &planes[t]);
    }
}

#endif

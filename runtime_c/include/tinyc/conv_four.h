/* The windows of four output pixels as columns of pairs.h. A file that wants other words than x of one pixel + x of the
 * next << 16 defines TC_FOUR_PAIR(x0, x1) before.
 */
#ifndef TINYC_CONV_FOUR_H
#define TINYC_CONV_FOUR_H

#include "tinyc/conv.h"

#ifndef TC_FOUR_PAIR
#define TC_FOUR_PAIR(x0, x1) ((uint32_t)(int32_t)(x0) + ((uint32_t)(int32_t)(x1) << 16))
#endif

/* An output pixel on its way through the images. */
typedef struct {
    const int8_t *image;
    int32_t out_row;
    int32_t out_column;
} tc_four_cursor;

/* The windows of four output pixels: origins may lie outside. */
typedef struct {
    const int8_t *image[4];
    int32_t row[4];
    int32_t column[4];
} tc_four_windows;

static inline void tc_four_advance(const tc_conv2d_shape *s, tc_four_cursor *at)
{
    at->out_column++;
    if (at->out_column == s->out_width) {
        at->out_column = 0;
        at->out_row++;
        if (at->out_row == s->out_height) {
            at->out_row = 0;
            at->image = &at->image[s->in_height * s->in_width * s->in_channels];
        }
    }
}

/* The windows of the next `count` pixels, the last one repeated. */
static inline void tc_four_take(const tc_conv2d_shape *s, tc_four_cursor *at, int32_t count, tc_four_windows *w)
{
    for (int32_t i = 0; i < 4; i++) {
        w->image[i] = at->image;
        w->row[i] = (at->out_row * s->stride_height) - s->pad_top;
        w->column[i] = (at->out_column * s->stride_width) - s->pad_left;
        if (i < (count - 1)) {
            tc_four_advance(s, at);
        }
    }
    tc_four_advance(s, at);
}

/* Columns of `count` inputs that lie side by side. */
static inline uint32_t *tc_four_expand(uint32_t *columns, const int8_t *const from[4], int32_t count)
{
    const int8_t *const x0 = from[0];
    const int8_t *const x1 = from[1];
    const int8_t *const x2 = from[2];
    const int8_t *const x3 = from[3];
    for (int32_t i = 0; i < count; i++) {
        columns[0] = TC_FOUR_PAIR(x0[i], x1[i]);
        columns[1] = TC_FOUR_PAIR(x2[i], x3[i]);
        columns += 2;
    }
    return columns;
}

static inline int tc_is_inside(int32_t position, int32_t length)
{
    return (position >= 0) && (position < length);
}

/* True if a row of taps lies inside the input for all four windows. */
static inline int tc_four_is_whole(const tc_conv2d_shape *s, const tc_four_windows *w, int32_t down)
{
    if (s->dilation_width != 1) {
        return 0;
    }
    for (int32_t i = 0; i < 4; i++) {
        const int columns = (w->column[i] >= 0) && ((w->column[i] + s->kernel_width) <= s->in_width);
        if (!columns || !tc_is_inside(w->row[i] + down, s->in_height)) {
            return 0;
        }
    }
    return 1;
}

/* Columns of all inputs of four windows; `outside` holds the zero points of one pixel. */
static inline void tc_four_columns(const tc_conv2d_shape *s, const tc_four_windows *w, uint32_t *columns,
                                   const int8_t *outside)
{
    for (int32_t ky = 0; ky < s->kernel_height; ky++) {
        const int32_t down = ky * s->dilation_height;
        const int32_t taps = tc_four_is_whole(s, w, down) ? s->kernel_width : 1;
        for (int32_t kx = 0; kx < s->kernel_width; kx += taps) {
            const int32_t right = kx * s->dilation_width;
            const int8_t *from[4];
            for (int32_t i = 0; i < 4; i++) {
                const int32_t row = w->row[i] + down;
                const int32_t column = w->column[i] + right;
                const int inside = tc_is_inside(row, s->in_height) && tc_is_inside(column, s->in_width);
                from[i] = inside ? &w->image[i][((row * s->in_width) + column) * s->in_channels] : outside;
            }
            columns = tc_four_expand(columns, from, taps * s->in_channels);
        }
    }
}

#endif

/* The inputs that one output pixel of a convolution reads. */
#ifndef TINYC_CONV_GATHER_H
#define TINYC_CONV_GATHER_H

#include "tinyc/conv.h"
#include "tinyc/conv_window.h"
#include "tinyc/simd.h"

/* Where the window of one output pixel lies. */
typedef struct {
    const int8_t *image;
    tc_window rows;
    tc_window columns;
} tc_pixel_window;

static inline tc_pixel_window tc_window_of_pixel(const tc_conv2d_shape *s, const int8_t *x, int32_t pixel)
{
    const int32_t row = pixel / s->out_width;
    const int32_t column = pixel - (row * s->out_width);
    const int32_t image = row / s->out_height;
    tc_pixel_window w;
    w.image = &x[image * s->in_height * s->in_width * s->in_channels];
    w.rows = tc_window_at(row - (image * s->out_height), s->stride_height, s->pad_top, s->dilation_height,
                          s->kernel_height, s->in_height);
    w.columns =
        tc_window_at(column, s->stride_width, s->pad_left, s->dilation_width, s->kernel_width, s->in_width);
    return w;
}

/* The start of a tap's channels; `outside` where it lies outside the input. */
static inline const int8_t *tc_window_tap(const tc_conv2d_shape *s, const tc_pixel_window *w, int32_t ky, int32_t kx,
                                          const int8_t *outside)
{
    if ((ky < w->rows.first) || (ky >= w->rows.last) || (kx < w->columns.first) || (kx >= w->columns.last)) {
        return outside;
    }
    const int32_t row = w->rows.origin + (ky * s->dilation_height);
    const int32_t column = w->columns.origin + (kx * s->dilation_width);
    return &w->image[((row * s->in_width) + column) * s->in_channels];
}

/* True if the taps of row ky lie inside and side by side. */
static inline int tc_window_has_row(const tc_conv2d_shape *s, const tc_pixel_window *w, int32_t ky)
{
    return (ky >= w->rows.first) && (ky < w->rows.last) && (w->columns.first == 0) &&
           (w->columns.last == s->kernel_width) && (s->dilation_width == 1);
}

static inline int8_t *tc_fill_bytes(int8_t *to, int32_t value, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        to[i] = (int8_t)value;
    }
    return &to[count];
}

/* Copies row ky of one window; what lies outside is the zero point. Returns where the next row goes. */
static inline int8_t *tc_gather_row(const tc_conv2d_shape *s, const tc_pixel_window *w, int32_t ky, int32_t zero_point,
                                    int8_t *inputs)
{
    const int32_t depth = s->in_channels;
    const int32_t inside = w->columns.last - w->columns.first;
    if ((ky < w->rows.first) || (ky >= w->rows.last) || (inside <= 0)) {
        return tc_fill_bytes(inputs, zero_point, s->kernel_width * depth);
    }
    inputs = tc_fill_bytes(inputs, zero_point, w->columns.first * depth);
    const int32_t together = (s->dilation_width == 1) ? inside : 1;
    for (int32_t kx = w->columns.first; kx < w->columns.last; kx += together) {
        tc_copy_short(inputs, tc_window_tap(s, w, ky, kx, NULL), together * depth);
        inputs += together * depth;
    }
    return tc_fill_bytes(inputs, zero_point, (s->kernel_width - w->columns.last) * depth);
}

/* Copies the inputs of one window in the order of the weights. */
static inline void tc_gather_window(const tc_conv2d_shape *s, const tc_pixel_window *w, int32_t zero_point,
                                    int8_t *inputs)
{
    for (int32_t ky = 0; ky < s->kernel_height; ky++) {
        inputs = tc_gather_row(s, w, ky, zero_point, inputs);
    }
}

#endif

#include "tinyc/conv_window.h"
#include "tinyc/mve.h"
#include "tinyc/mve_copy.h"
#include "tinyc/mve_rows.h"

/* Taps of one row of a window; those outside the input hold the zero point. */
static void gather_edge(const tc_conv2d_s8_mve_params *p, const tc_window *across, const int8_t *x, int8_t *to)
{
    const tc_conv2d_shape *const s = &p->shape;
    const int32_t depth = s->in_channels;
    for (int32_t t = 0; t < s->kernel_width; t++) {
        if ((t >= across->first) && (t < across->last)) {
            tc_mve_copy(&to[t * depth], &x[(across->origin + (t * s->dilation_width)) * depth], depth);
        } else {
            tc_mve_fill(&to[t * depth], p->in_zero_point, depth);
        }
    }
}

/* The window of one output. */
static void gather(const tc_conv2d_s8_mve_params *p, const tc_window *down, int32_t column, const int8_t *image,
                   int8_t *to)
{
    const tc_conv2d_shape *const s = &p->shape;
    const int32_t bytes = s->kernel_width * s->in_channels;
    const int32_t pitch = s->in_width * s->in_channels;
    const tc_window across = tc_window_at(column, s->stride_width, s->pad_left, s->dilation_width, s->kernel_width,
                                          s->in_width);
    const int32_t is_run = (across.first == 0) && (across.last == s->kernel_width) && (s->dilation_width == 1);
    const int32_t run = is_run ? (across.origin * s->in_channels) : 0;
    const int8_t *row = &image[(down->origin + (down->first * s->dilation_height)) * pitch];
    for (int32_t t = 0; t < s->kernel_height; t++) {
        if ((t < down->first) || (t >= down->last)) {
            tc_mve_fill(to, p->in_zero_point, bytes);
        } else {
            if (is_run) {
                tc_mve_copy(to, &row[run], bytes);
            } else {
                gather_edge(p, &across, row, to);
            }
            row = &row[s->dilation_height * pitch];
        }
        to = &to[bytes];
    }
}

/* Computes:  as tc_conv2d_s8_ref for one group: windows are gathered `tile` at a time, then multiplied as rows.
 * Needs:     MVE.
 * Scratch:   tile * kernel_height * kernel_width * in_channels bytes.
 * Exactness: equal to tc_conv2d_s8_ref for shifts of 33 to 54.
 */
TC_KERNEL void tc_conv2d_s8_mve(const tc_conv2d_s8_mve_params *p, const int8_t *restrict x, int8_t *restrict y,
                                void *scratch)
{
    const tc_conv2d_shape *const s = &p->shape;
    const int32_t window = s->kernel_height * s->kernel_width * s->in_channels;
    const tc_mve_layer layer = {p->weights, p->constants, window, s->out_channels, p->low, p->high};
    int8_t *const windows = scratch;
    for (int32_t row = 0; row < (s->batch * s->out_height); row++) {
        const int32_t image = row / s->out_height;
        tc_window down = tc_window_at(row - (image * s->out_height), s->stride_height, s->pad_top, s->dilation_height,
                                      s->kernel_height, s->in_height);
        if (down.first >= down.last) { /* all rows are outside */
            down = (tc_window){0, 0, 0};
        }
        const int8_t *const from = &x[image * s->in_height * s->in_width * s->in_channels];
        for (int32_t column = 0; column < s->out_width; column += p->tile) {
            const int32_t count = tc_min_i32(p->tile, s->out_width - column);
            for (int32_t i = 0; i < count; i++) {
                gather(p, &down, column + i, from, &windows[i * window]);
            }
            tc_mve_rows(&layer, windows, window, count, &y[((row * s->out_width) + column) * s->out_channels],
                        s->out_channels);
        }
    }
}

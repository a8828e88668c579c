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

/* Windows of one row of outputs; `x` is the first row of the input that is inside. */
typedef struct {
    const int8_t *x;
    tc_window down;
    int32_t pitch;    /* bytes from tap to tap downwards */
    int32_t bytes;    /* of a row of a window */
    int32_t first;    /* columns first..last-1 have windows whose rows lie in the input as they are */
    int32_t last;
} row_of_windows;

static void gather(const tc_conv2d_s8_mve_params *p, const row_of_windows *w, int32_t column, int8_t *to)
{
    const tc_conv2d_shape *const s = &p->shape;
    const int32_t inside = w->down.last - w->down.first;
    tc_mve_fill(to, p->in_zero_point, w->down.first * w->bytes);
    int8_t *const from_here = &to[w->down.first * w->bytes];
    if ((inside > 0) && (column >= w->first) && (column < w->last)) {
        const int32_t origin = (column * s->stride_width) - s->pad_left;
        tc_mve_gather(from_here, &w->x[origin * s->in_channels], w->pitch, inside, w->bytes);
    } else {
        const tc_window across = tc_window_at(column, s->stride_width, s->pad_left, s->dilation_width,
                                              s->kernel_width, s->in_width);
        for (int32_t t = 0; t < inside; t++) {
            gather_edge(p, &across, &w->x[t * w->pitch], &from_here[t * w->bytes]);
        }
    }
    tc_mve_fill(&to[w->down.last * w->bytes], p->in_zero_point, (s->kernel_height - w->down.last) * w->bytes);
}

static row_of_windows windows_at(const tc_conv2d_s8_mve_params *p, int32_t row, const int8_t *image)
{
    const tc_conv2d_shape *const s = &p->shape;
    const int32_t pitch = s->in_width * s->in_channels;
    row_of_windows w;
    w.down = tc_window_at(row, s->stride_height, s->pad_top, s->dilation_height, s->kernel_height, s->in_height);
    if (w.down.first >= w.down.last) { /* all rows are outside */
        w.down = (tc_window){0, 0, 0};
    }
    w.x = &image[(w.down.origin + (w.down.first * s->dilation_height)) * pitch];
    w.pitch = s->dilation_height * pitch;
    w.bytes = s->kernel_width * s->in_channels;
    const int32_t room = s->in_width - s->kernel_width + s->pad_left;
    w.first = (s->pad_left + s->stride_width - 1) / s->stride_width;
    w.last = ((s->dilation_width == 1) && (room >= 0)) ? ((room / s->stride_width) + 1) : 0;
    return w;
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
        const row_of_windows w = windows_at(p, row - (image * s->out_height),
                                            &x[image * s->in_height * s->in_width * s->in_channels]);
        for (int32_t column = 0; column < s->out_width; column += p->tile) {
            const int32_t count = tc_min_i32(p->tile, s->out_width - column);
            for (int32_t i = 0; i < count; i++) {
                gather(p, &w, column + i, &windows[i * window]);
            }
            tc_mve_rows(&layer, windows, window, count, &y[((row * s->out_width) + column) * s->out_channels],
                        s->out_channels);
        }
    }
}

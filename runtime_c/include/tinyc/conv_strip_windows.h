/* Windows of a convolution that are expanded one by one into a strip: conv_strips.h, included before, has its meaning. */
#ifndef TINYC_CONV_STRIP_WINDOWS_H
#define TINYC_CONV_STRIP_WINDOWS_H

#include "tinyc/tpack_windows.h"

/* A window row by row of the input; what lies outside is the zero point. */
static inline void tc_put_together(const tc_filling *f, const tc_window *across, const int8_t *x, int32_t out,
                                   int8_t *to)
{
    const tc_conv_axis *along = &f->p->along;
    const tc_conv_axis *rows = &f->p->across;
    const int32_t depth = f->p->in_channels;
    const tc_window w =
        tc_window_at(out, along->stride, along->pad, along->dilation, along->taps, along->in_length);
    const int32_t together = (along->dilation == 1) ? tc_max_i32(w.last - w.first, 1) : 1;
    (void)memset(to, f->p->in_zero_point, (size_t)(f->record * along->taps));
    for (int32_t row = across->first; row < across->last; row++) {
        const int8_t *const from = &x[(across->origin + (row * rows->dilation)) * rows->in_step];
        for (int32_t tap = w.first; tap < w.last; tap += together) {
            const int32_t at = w.origin + (tap * along->dilation);
            tc_copy_short(&to[((row * along->taps) + tap) * depth], &from[at * along->in_step], together * depth);
        }
    }
}

static inline uint32_t *tc_expand_span(const tc_filling *f, uint32_t *to, const tc_window_span *s)
{
    const int32_t rows = f->p->across.taps;
    const int32_t run = f->p->along.taps * f->p->in_channels;
    if ((rows == 3) && (run == 9)) {
        return tc_expand_nines(to, s);
    }
    for (int32_t i = 0; i < s->pairs; i++) {
        const int8_t *const a = &s->from[2 * i * s->lag];
        to = tc_expand_rows(to, a, &a[s->lag], s->step, rows, run);
    }
    return to;
}

/* The windows of `count` outputs from `first` on, two at a time; beyond a window, weights are zero. */
TC_SHARED void tc_expand_windows(const tc_filling *f, const tc_window *across, const int8_t *x, int32_t first,
                                 int32_t count);

TC_SHARED void tc_expand_windows(const tc_filling *f, const tc_window *across, const int8_t *x, int32_t first,
                                 int32_t count)
{
    const tc_conv_axis *along = &f->p->along;
    const tc_conv_axis *rows = &f->p->across;
    const int32_t whole = (across->first == 0) && (across->last == rows->taps) && (along->dilation == 1);
    const int32_t inside = whole ? (along->in_length - along->stride - along->taps) : -1;
    const int32_t together = f->record * along->taps;
    uint32_t *to = f->strip;
    for (int32_t i = 0; i < count; i += 2) {
        const int32_t at = ((first + i) * along->stride) - along->pad;
        if ((at >= 0) && (at <= inside)) {
            const int32_t pairs = ((inside - at) / (2 * along->stride)) + 1;
            const int32_t here = (across->origin * rows->in_step) + (at * along->in_step);
            const tc_window_span s = {&x[here], along->stride * along->in_step, rows->dilation * rows->in_step,
                            tc_min_i32(pairs, (count - i + 1) / 2)};
            to = tc_expand_span(f, to, &s);
            i += 2 * (s.pairs - 1);
        } else {
            const tc_window_span s = {f->together, together, along->taps * f->p->in_channels, 1};
            tc_put_together(f, across, x, first + i, f->together);
            tc_put_together(f, across, x, first + i + 1, &f->together[together]);
            to = tc_expand_span(f, to, &s);
        }
    }
}

#endif

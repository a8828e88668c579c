#include "tinyc/tpack_order.h"
#include "tinyc/tpack_4x2.h"
#include "tinyc/tpack_windows.h"

#define TC_PUT_WORD tc_put_evens
#define TC_FILL_STRIP tc_fill_strip
#include "tinyc/conv_strips.h"

/* A short copy by words; the last word overlaps the one before, so that nothing beyond is touched. */
static inline void copy_bytes(int8_t *restrict to, const int8_t *restrict from, int32_t count)
{
    if (count < 4) {
        for (int32_t i = 0; i < count; i++) {
            to[i] = from[i];
        }
        return;
    }
    const int32_t last = count - 4;
    for (int32_t i = 0; i < last; i += 4) {
        tc_copy4(&to[i], &from[i]);
    }
    tc_copy4(&to[last], &from[last]);
}

/* A window row by row of the input; what lies outside is the zero point. */
static void put_together(const tc_filling *f, const tc_window *across, const int8_t *x, int32_t out, int8_t *to)
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
            copy_bytes(&to[((row * along->taps) + tap) * depth], &from[at * along->in_step], together * depth);
        }
    }
}

static uint32_t *expand_span(const tc_filling *f, uint32_t *to, const tc_window_span *s)
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
TC_CONV_OUTLINE static void expand_windows(const tc_filling *f, const tc_window *across, const int8_t *x, int32_t first,
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
            to = expand_span(f, to, &s);
            i += 2 * (s.pairs - 1);
        } else {
            const tc_window_span s = {f->together, together, along->taps * f->p->in_channels, 1};
            put_together(f, across, x, first + i, f->together);
            put_together(f, across, x, first + i + 1, &f->together[together]);
            to = expand_span(f, to, &s);
        }
    }
}

/* Computes:  as tc_conv2d_s8_ref for one group, strip by strip: what the windows of `tile` outputs read is brought
 *            together in such an order that each window is contiguous, and expanded; then two pixels at a time.
 * Needs:     DSP.
 * Scratch:   two records, two pixels of outputs, the strip, two windows as bytes: scratch_bytes in conv2d_dsp.py.
 * Exactness: equal to tc_conv2d_s8_ref while the sums of odd channels stay below 2^23.
 * Measured:  Cortex-M4, tinyc profile, model cycles per MAC, and before (columns of each pair of pixels gathered anew):
 *            3x3, 16 to 16 channels at 32x32 1.10 (1.36), 64 to 64 at 8x8 1.00 (1.03); 3 to 8 at 96x96, stride 2,
 *            1.72 (4.01).
 */
TC_KERNEL void tc_conv2d_s8_dsp(const tc_conv2d_s8_tpack *restrict p, const int8_t *x, int8_t *y,
                                void *scratch)
{
    const tc_conv_axis *const along = &p->along;
    const int32_t rows = p->batch * p->across.out_length;
    const int32_t quads = tc_tpack_quads(along->taps * p->across.taps * p->in_channels);
    const tc_filling f = tc_filling_of(p, quads, scratch);
    const tc_tpack_layer layer = {p->weights, p->constants, quads, p->out_channels, p->shared_shift,
                                  (p->by_words != 0) ? (2 * f.lag) : (4 * quads), along->out_step, f.last};
    for (int32_t row = 0; row < rows; row++) {
        const int32_t image = row / p->across.out_length;
        const int32_t out = row - (image * p->across.out_length);
        const tc_window across = tc_window_at(out, p->across.stride, p->across.pad, p->across.dilation,
                                              p->across.taps, p->across.in_length);
        int8_t *const to = &y[(image * p->out_bytes) + (out * p->across.out_step)];
        for (int32_t first = 0; first < along->out_length; first += p->tile) {
            const int32_t count = tc_min_i32(p->tile, along->out_length - first);
            const int32_t is_last = ((row + 1) == rows) && ((first + count) == along->out_length);
            if (p->by_words != 0) {
                tc_fill_strip(&f, &across, &x[image * p->in_bytes], first, count);
            } else {
                expand_windows(&f, &across, &x[image * p->in_bytes], first, count);
            }
            tc_tpack_pixels(&layer, f.strip, count, &to[first * along->out_step], is_last);
        }
    }
    tc_narrow_s8(y, p->batch * p->out_bytes, p->low, p->high);
}

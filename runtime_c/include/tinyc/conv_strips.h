/* Strips of inputs of a convolution, expanded for T-pack. A kernel defines TC_PUT_WORD(first, second, bytes), which
 * expands four inputs twice, and TC_FILL_STRIP, the name of the function that fills a strip in that order; then it
 * includes this. Kernels of one order share the function.
 */
#ifndef TINYC_CONV_STRIPS_H
#define TINYC_CONV_STRIPS_H

#include "tinyc/conv_dsp.h"
#include "tinyc/conv_window.h"
#include "tinyc/tpack.h"

/* A strip that is being filled.
 * By words: each record is expanded twice into `strip`, for the first pixels of pairs, and `lag` inputs further to the
 * front for the second ones. Otherwise windows are expanded into it one by one, rows of inputs that lie side by side;
 * those that are not all inside, or dilated, are put together before. */
typedef struct {
    const tc_conv2d_s8_tpack *p;
    int32_t record;   /* inputs of one record */
    int32_t lag;      /* inputs from the window of one output to that of the next */
    int8_t *outside;  /* a record of zero points */
    int8_t *partial;  /* a record that is put together */
    int8_t *last;     /* two pixels of outputs */
    int8_t *together; /* two windows that are put together */
    uint32_t *strip;
} tc_filling;

static inline void tc_put_words(uint32_t *first, uint32_t *second, const int8_t *from, int32_t count)
{
    int32_t i = 0;
    for (; (i + 16) <= count; i += 16) {
        const uint32_t words[4] = {tc_load4(&from[i]), tc_load4(&from[i + 4]), tc_load4(&from[i + 8]),
                                   tc_load4(&from[i + 12])};
        TC_PUT_WORD(&first[i], &second[i], words[0]);
        TC_PUT_WORD(&first[i + 4], &second[i + 4], words[1]);
        TC_PUT_WORD(&first[i + 8], &second[i + 8], words[2]);
        TC_PUT_WORD(&first[i + 12], &second[i + 12], words[3]);
    }
    for (; i < count; i += 4) {
        TC_PUT_WORD(&first[i], &second[i], tc_load4(&from[i]));
    }
}

/* `runs` runs of `count` inputs; their places lie a record apart. */
static void tc_put_runs(const tc_filling *f, int32_t place, const int8_t *from, int32_t from_step, int32_t runs,
                        int32_t count)
{
    uint32_t *first = &f->strip[place];
    uint32_t *second = &f->strip[place - f->lag + 1];
    for (int32_t run = 0; run < runs; run++) {
        tc_put_words(first, second, &from[run * from_step], count);
        first += f->record;
        second += f->record;
    }
}

/* Records that lie in the input as they are, but for the taps across that are outside. */
static void tc_put_contiguous(const tc_filling *f, int32_t place, const tc_window *across, const int8_t *x,
                              int32_t x_step, int32_t records)
{
    const int32_t depth = f->p->in_channels;
    if ((across->first == 0) && (across->last == f->p->across.taps)) {
        tc_put_runs(f, place, &x[across->origin * depth], x_step, records, f->record);
        return;
    }
    const int32_t inside = (across->last - across->first) * depth;
    (void)memcpy(f->partial, f->outside, (size_t)f->record);
    for (int32_t i = 0; i < records; i++) {
        if (inside > 0) {
            const int8_t *const from = &x[(i * x_step) + ((across->origin + across->first) * depth)];
            (void)memcpy(&f->partial[across->first * depth], from, (size_t)inside);
        }
        tc_put_runs(f, place + (i * f->record), f->partial, 0, 1, f->record);
    }
}

/* Records of taps across that lie apart. */
static void tc_put_taps(const tc_filling *f, int32_t place, const tc_window *across, const int8_t *x, int32_t x_step,
                        int32_t records)
{
    const tc_conv_axis *axis = &f->p->across;
    const int32_t depth = f->p->in_channels;
    for (int32_t t = 0; t < axis->taps; t++) {
        const int32_t inside = (t >= across->first) && (t < across->last);
        const int8_t *from = inside ? &x[(across->origin + (t * axis->dilation)) * axis->in_step] : f->outside;
        tc_put_runs(f, place + (t * depth), from, inside ? x_step : 0, records, depth);
    }
}

/* Records from position `at` along, a dilation apart. */
static void tc_put_span(const tc_filling *f, int32_t place, const tc_window *across, const int8_t *x, int32_t at,
                        int32_t records)
{
    const tc_conv_axis *along = &f->p->along;
    const tc_window w = tc_window_at(0, 1, -at, along->dilation, records, along->in_length);
    const int32_t first = tc_min_i32(w.first, records);
    const int32_t last = tc_max_i32(w.last, first);
    tc_put_runs(f, place, f->outside, 0, first, f->record);
    if (first < last) {
        const int8_t *const from = &x[(at + (first * along->dilation)) * along->in_step];
        const int32_t step = along->dilation * along->in_step;
        const int32_t to = place + (first * f->record);
        if (f->p->contiguous != 0) {
            tc_put_contiguous(f, to, across, from, step, last - first);
        } else {
            tc_put_taps(f, to, across, from, step, last - first);
        }
    }
    tc_put_runs(f, place + (last * f->record), f->outside, 0, records - last, f->record);
}

/* What `count` outputs from `first` on read; of dilated windows, there are two at most and each has its own records. */
TC_SHARED void TC_FILL_STRIP(const tc_filling *f, const tc_window *across, const int8_t *x, int32_t first,
                             int32_t count);

TC_SHARED void TC_FILL_STRIP(const tc_filling *f, const tc_window *across, const int8_t *x, int32_t first,
                             int32_t count)
{
    const tc_conv_axis *along = &f->p->along;
    const int32_t at = (first * along->stride) - along->pad;
    if (along->dilation == 1) {
        tc_put_span(f, 0, across, x, at, ((count - 1) * along->stride) + along->taps);
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        tc_put_span(f, i * f->lag, across, x, at + (i * along->stride), along->taps);
    }
}

static tc_filling tc_filling_of(const tc_conv2d_s8_tpack *p, int32_t quads, void *scratch)
{
    tc_filling f;
    f.p = p;
    f.record = p->across.taps * p->in_channels;
    f.lag = ((p->along.dilation == 1) ? p->along.stride : p->along.taps) * f.record;
    const int32_t record_bytes = 4 * tc_tpack_quads(f.record);
    int8_t *const start = scratch;
    const int32_t before_strip = (2 * record_bytes) + (8 * tc_tpack_quads(p->out_channels));
    uint32_t *const strip = (uint32_t *)scratch + (before_strip / 4);
    f.outside = start;
    f.partial = &start[record_bytes];
    f.last = &start[2 * record_bytes];
    f.strip = (p->by_words != 0) ? &strip[f.lag] : strip;
    f.together = (int8_t *)&strip[2 * p->tile * quads];
    (void)memset(f.outside, p->in_zero_point, (size_t)f.record);
    return f;
}

#endif

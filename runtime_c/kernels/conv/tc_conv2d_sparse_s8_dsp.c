#include "tinyc/conv_window.h"
#include "tinyc/sparse_8.h"
#include "tinyc/sparse_dsp.h"

/* Where the parts of the scratch lie. */
typedef struct {
    uint32_t *strip;
    int8_t *last;    /* eight pixels of outputs */
    int8_t *outside; /* zero points of one position */
} parts;

/* One position along of all taps across: inputs of its pixels, or zero points. */
static const int8_t *at(const tc_conv2d_s8_sparse_dsp *p, const int8_t *line, int32_t position, const int8_t *outside)
{
    const int32_t inside = (position >= 0) && (position < p->along.in_length);
    return (inside != 0) ? &line[position * p->along.in_step] : outside;
}

/* Taps across from `tap` on of the strip of the outputs from `first` on. */
static void fill(const tc_conv2d_s8_sparse_dsp *p, const parts *s, const tc_window *across, const int8_t *image,
                 int32_t first, int32_t tap)
{
    const tc_conv_axis *const along = &p->along;
    const int32_t half = (p->tile / 2) * along->stride;
    const int32_t start = (first * along->stride) - along->pad;
    const int32_t end = start + half + ((along->taps - 1) * along->dilation) - along->stride + 1;
    const int32_t phase_words = p->pitch / along->stride;
    for (; tap < p->across.taps; tap++) {
        const int32_t inside = (tap >= across->first) && (tap < across->last);
        const int32_t place = across->origin + (tap * p->across.dilation);
        const int8_t *const line = (inside != 0) ? &image[place * p->across.in_step] : s->outside;
        uint32_t *const to = &s->strip[tap * p->in_channels * p->pitch];
        int32_t word = 0;
        for (int32_t position = start; position < end; position++) {
            const int8_t *const one = (inside != 0) ? at(p, line, position, s->outside) : line;
            const int8_t *const other = (inside != 0) ? at(p, line, position + half, s->outside) : line;
            tc_sparse_put(&to[word], p->pitch, one, other, p->in_channels);
            word += phase_words;
            word -= (word >= p->pitch) ? (p->pitch - 1) : 0;
        }
    }
}

/* Keeps what the strip of the next row needs again; returns the first tap across that it lacks. */
static int32_t keep(const tc_conv2d_s8_sparse_dsp *p, uint32_t *strip)
{
    const int32_t kept = p->across.taps - p->across.stride;
    const int32_t line = p->in_channels * p->pitch;
    if ((kept <= 0) || (p->across.dilation != 1) || (p->along.out_length > p->tile)) {
        return 0;
    }
    (void)memmove(strip, &strip[p->across.stride * line], (size_t)(4 * kept * line));
    return kept;
}

/* The outputs of `count` pixels of a strip, eight at a time: four, and those half a strip behind them. */
static void compute(const tc_conv2d_s8_sparse_dsp *p, const parts *s, int32_t count, int8_t *y)
{
    const int32_t half = p->tile / 2;
    const int32_t step = p->along.out_step;
    const int32_t depth = p->out_channels;
    for (int32_t pixel = 0; pixel < tc_min_i32(half, count); pixel += 4) {
        const int32_t is_whole = (half + pixel + 4) <= count;
        const tc_sparse_run run = {&s->strip[pixel],
                                   p->list,
                                   p->counts,
                                   p->constants,
                                   &p->constants[TC_SPARSE_CONSTANTS * depth],
                                   (is_whole != 0) ? &y[pixel * step] : s->last,
                                   (is_whole != 0) ? step : depth,
                                   (is_whole != 0) ? (half * step) : (4 * depth)};
        tc_sparse_eight(&run);
        for (int32_t i = 0; (i < 8) && (is_whole == 0); i++) {
            const int32_t to = pixel + (i % 4) + ((i / 4) * half);
            if (to < count) {
                (void)memcpy(&y[to * step], &s->last[i * depth], (size_t)depth);
            }
        }
    }
}

/* Computes:  as tc_conv2d_s8_ref for one group, eight pixels at a time; products of weights that are zero are left out.
 * Needs:     DSP.
 * Scratch:   a strip: scratch_bytes in sparse_dsp.py.
 * Exactness: equal to tc_conv2d_s8_ref for requantisation shifts from 33 to 54 while all sums stay below 2^23.
 * Measured:  Cortex-M4, tinyc profile, model cycles per MAC of all weights, of which 1/2, 1/4, 1/9 are not zero
 *            (tc_conv2d_s8_dsp): 3x3, 16 to 16 channels at 32x32 1.01, 0.58, 0.35 (1.11); 32 to 32 at 16x16 0.91, 0.50,
 *            0.27 (1.03); 64 to 64 at 8x8 0.87, 0.45, 0.22 (1.01).
 */
TC_KERNEL void tc_conv2d_sparse_s8_dsp(const tc_conv2d_s8_sparse_dsp *restrict p, const int8_t *x, int8_t *y,
                                       void *scratch)
{
    const int32_t rows = p->batch * p->across.out_length;
    const int32_t words = p->across.taps * p->in_channels * p->pitch;
    int8_t *const behind = (int8_t *)scratch + (4 * words);
    const parts s = {scratch, behind, &behind[8 * p->out_channels]};
    (void)memset(s.outside, p->in_zero_point, (size_t)p->in_channels);
    for (int32_t row = 0; row < rows; row++) {
        const int32_t image = row / p->across.out_length;
        const int32_t out = row - (image * p->across.out_length);
        const tc_window across = tc_window_at(out, p->across.stride, p->across.pad, p->across.dilation,
                                              p->across.taps, p->across.in_length);
        int8_t *const to = &y[(image * p->out_bytes) + (out * p->across.out_step)];
        const int32_t tap = (out > 0) ? keep(p, s.strip) : 0;
        for (int32_t first = 0; first < p->along.out_length; first += p->tile) {
            fill(p, &s, &across, &x[image * p->in_bytes], first, tap);
            compute(p, &s, tc_min_i32(p->tile, p->along.out_length - first), &to[first * p->along.out_step]);
        }
    }
    tc_narrow_s8(y, p->batch * p->out_bytes, p->low, p->high);
}

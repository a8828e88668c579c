#include "tinyc/conv_window.h"
#include "tinyc/sparse_8.h"
#include "tinyc/sparse_dsp.h"

/* The window of an output pixel: its first tap lies at `image[at]`, or would; bit k of `rows` and `columns`: whether
 * tap k lies inside. */
typedef struct {
    const int8_t *image;
    int32_t at;
    uint32_t rows;
    uint32_t columns;
} window;

/* An output pixel on its way through the images, and the part of its window's place that a whole row shares. */
typedef struct {
    const int8_t *image;
    int32_t row;
    int32_t column;
    int32_t at;
    uint32_t rows;
} cursor;

static uint32_t taps_inside(tc_window w)
{
    const int32_t last = tc_max_i32(w.last, w.first);
    return (last > 0) ? ((((uint32_t)1 << (last - 1)) * 2u) - ((uint32_t)1 << w.first)) : 0u;
}

static void begin_row(const tc_conv2d_shape *s, cursor *c)
{
    const tc_window w =
        tc_window_at(c->row, s->stride_height, s->pad_top, s->dilation_height, s->kernel_height, s->in_height);
    c->at = w.origin * s->in_width;
    c->rows = taps_inside(w);
}

static window take(const tc_conv2d_shape *s, cursor *c)
{
    const tc_window w =
        tc_window_at(c->column, s->stride_width, s->pad_left, s->dilation_width, s->kernel_width, s->in_width);
    const window taken = {c->image, (c->at + w.origin) * s->in_channels, c->rows, taps_inside(w)};
    c->column++;
    if (c->column == s->out_width) {
        c->column = 0;
        c->row++;
        if (c->row == s->out_height) {
            c->row = 0;
            c->image = &c->image[s->in_height * s->in_width * s->in_channels];
        }
        begin_row(s, c);
    }
    return taken;
}

/* Columns of the windows of eight pixels; `outside` holds the zero points of one tap. */
static void expand(const tc_conv2d_shape *s, const window *windows, const int8_t *outside, uint32_t *columns)
{
    const uint32_t all = ((uint32_t)1 << (s->kernel_width - 1)) * 2u - 1u;
    uint32_t rows = 0xFFFFFFFFu;
    uint32_t whole = (s->dilation_width == 1) ? all : 0u;
    for (int32_t i = 0; i < 8; i++) {
        rows &= windows[i].rows;
        whole &= windows[i].columns;
    }
    for (int32_t ky = 0; ky < s->kernel_height; ky++) {
        const int32_t taps = (((rows >> ky) & 1u) != 0u) && (whole == all) ? s->kernel_width : 1;
        const int32_t down = ky * s->dilation_height * s->in_width * s->in_channels;
        for (int32_t kx = 0; kx < s->kernel_width; kx += taps) {
            const int32_t more = down + (kx * s->dilation_width * s->in_channels);
            const int8_t *from[8];
            for (int32_t i = 0; i < 8; i++) {
                const window *const w = &windows[i];
                const uint32_t inside = (w->rows >> ky) & (w->columns >> kx) & 1u;
                from[i] = (inside != 0u) ? &w->image[w->at + more] : outside;
            }
            columns = tc_sparse_expand(columns, from, taps * s->in_channels);
        }
    }
}

/* Computes:  as tc_conv2d_s8_ref for one group, eight pixels at a time; products of weights that are zero are left out.
 * Needs:     DSP; windows of at most 31 taps each way.
 * Scratch:   16 bytes for each input of a window, 8 for each output channel, 1 for each input channel.
 * Exactness: equal to tc_conv2d_s8_ref for requantisation shifts from 33 to 54.
 * Measured:  Cortex-M4, tinyc profile, model cycles per MAC of all weights, of which 1/2, 1/4, 1/9 are not zero
 *            (tc_conv2d_s8_dsp): 3x3, 32 to 32 channels at 16x16 1.27, 0.72, 0.41 (1.03); 64 to 64 at 8x8 1.18, 0.62,
 *            0.32 (1.01).
 */
TC_KERNEL void tc_conv2d_sparse_s8_dsp(const tc_conv2d_s8_sparse_dsp *restrict p, const int8_t *x, int8_t *y,
                                       void *scratch)
{
    const tc_conv2d_shape *const s = &p->shape;
    const int32_t pixels = s->batch * s->out_height * s->out_width;
    const int32_t inputs = s->kernel_height * s->kernel_width * s->in_channels;
    uint32_t *const columns = scratch;
    int8_t *const last = (int8_t *)&columns[4 * inputs];
    int8_t *const outside = &last[8 * s->out_channels];
    cursor at = {x, 0, 0, 0, 0};
    begin_row(s, &at);
    (void)memset(outside, p->in_zero_point, (size_t)s->in_channels);
    for (int32_t pixel = 0; pixel < pixels; pixel += 8) {
        const int32_t count = tc_min_i32(pixels - pixel, 8);
        int8_t *const to = &y[pixel * s->out_channels];
        window windows[8];
        for (int32_t i = 0; i < 8; i++) {
            windows[i] = (i < count) ? take(s, &at) : windows[count - 1];
        }
        expand(s, windows, outside, columns);
        const tc_sparse_run run = {columns,      p->list,
                                   p->counts,    p->constants,
                                   &p->constants[4 * s->out_channels], (count == 8) ? to : last,
                                   s->out_channels};
        tc_sparse_eight(&run);
        if (count < 8) {
            (void)memcpy(to, last, (size_t)(count * s->out_channels));
        }
    }
    tc_narrow_s8(y, pixels * s->out_channels, p->low, p->high);
}

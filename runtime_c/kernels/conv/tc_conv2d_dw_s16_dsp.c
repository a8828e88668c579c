#include "tinyc/conv_window.h"
#include "tinyc/s16_dsp.h"

/* Where the taps of one output pixel lie inside the input. */
typedef struct {
    const int16_t *first; /* channel 0 of the first tap */
    int32_t row_step;     /* in elements */
    int32_t column_step;
    int32_t rows;
    int32_t columns;
    int32_t tap; /* number of the first tap */
} taps_inside;

/* Four channels of one pixel; x and w are those of the first tap inside. */
static void four_channels(const taps_inside *t, const tc_conv2d_s16_dw *p, const int16_t *restrict x,
                          const int32_t *restrict w, const int32_t *restrict c, int16_t *restrict y)
{
    int32_t s0 = c[0];
    int32_t s1 = c[1];
    int32_t s2 = c[2];
    int32_t s3 = c[3];
    for (int32_t ky = 0; ky < t->rows; ky++) {
        const int16_t *pixel = x;
        for (int32_t kx = 0; kx < t->columns; kx++) {
            const uint32_t bytes = (uint32_t)w[kx];
            const uint32_t even = tc_load_s16x2(pixel);
            const uint32_t odd = tc_load_s16x2(&pixel[2]);
            const uint32_t a = tc_sxtb16(bytes);
            const uint32_t b = tc_sxtb16_ror8(bytes);
            s0 = tc_smlabb(a, even, s0);
            s1 = tc_smlatt(a, even, s1);
            s2 = tc_smlabb(b, odd, s2);
            s3 = tc_smlatt(b, odd, s3);
            pixel += t->column_step;
        }
        x += t->row_step;
        w += p->shape.kernel_width;
    }
    const int32_t sums[4] = {s0, s1, s2, s3};
    for (int32_t i = 0; i < 4; i++) {
        const int32_t value = tc_requantize_s16_dsp(sums[i], &c[4 + (3 * i)]);
        y[i] = (int16_t)tc_clamp_i32(value, p->bounds.low, p->bounds.high);
    }
}

static taps_inside inside(const tc_conv2d_shape *s, const int16_t *x, int32_t pixel)
{
    const int32_t row = pixel / s->out_width;
    const int32_t image = row / s->out_height;
    const tc_window rows = tc_window_at(row - (image * s->out_height), s->stride_height, s->pad_top,
                                        s->dilation_height, s->kernel_height, s->in_height);
    const tc_window columns = tc_window_at(pixel - (row * s->out_width), s->stride_width, s->pad_left,
                                           s->dilation_width, s->kernel_width, s->in_width);
    taps_inside t;
    t.rows = rows.last - rows.first;
    t.columns = columns.last - columns.first;
    t.row_step = s->dilation_height * s->in_width * s->in_channels;
    t.column_step = s->dilation_width * s->in_channels;
    t.tap = (rows.first * s->kernel_width) + columns.first;
    t.first = x;
    if ((t.rows > 0) && (t.columns > 0)) {
        const int32_t line = (image * s->in_height) + rows.origin + (rows.first * s->dilation_height);
        const int32_t place = (line * s->in_width) + columns.origin + (columns.first * s->dilation_width);
        t.first = &x[place * s->in_channels];
    }
    return t;
}

/* Computes:  as tc_conv2d_s16_ref where every group is one channel; four channels at a time.
 * Needs:     DSP.
 * Scratch:   none.
 * Exactness: equal to tc_conv2d_s16_ref while all sums fit int32.
 * Measured:  DEPTHWISE
 */
TC_KERNEL void tc_conv2d_dw_s16_dsp(const tc_conv2d_s16_dw *p, const int16_t *restrict x, int16_t *restrict y)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t pixels = s->batch * s->out_height * s->out_width;
    const int32_t taps = s->kernel_height * s->kernel_width;
    for (int32_t pixel = 0; pixel < pixels; pixel++) {
        const taps_inside t = inside(s, x, pixel);
        const int32_t *w = &p->weights[t.tap];
        const int32_t *constants = p->constants;
        for (int32_t c = 0; c < s->in_channels; c += 4) {
            const int32_t first = tc_min_i32(c, s->in_channels - 4);
            four_channels(&t, p, &t.first[first], w, constants, &y[first]);
            w += taps;
            constants += TC_S16PACK_CONSTANTS;
        }
        y += s->in_channels;
    }
}

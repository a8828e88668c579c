#include "tinyc/depthwise_3x3.h"
#include "tinyc/depthwise_dsp.h"
#include "tinyc/planes.h"

/* Halves of a word times 2^e: what leaves the lower half is masked out of the upper. */
static uint32_t scaled(uint32_t halves, int32_t e)
{
    return (halves << e) & ~(((1u << e) - 1u) << 16);
}

/* All outputs of one output channel in a band. */
static void one_channel(const tc_conv2d_s8_depthwise *p, int32_t channel, tc_dw3x3 *run)
{
    const int32_t *q = &p->constants[TC_DEPTHWISE_CONSTANTS * channel];
    const int8_t *taps = &p->weights[12 * channel];
    const int32_t e = q[4];
    for (int32_t row = 0; row < 3; row++) {
        const uint32_t bytes = tc_load4(&taps[4 * row]);
        run->weights[2 * row] = scaled(tc_sxtb16(bytes), e);
        run->weights[(2 * row) + 1] = scaled(tc_sxtb16_ror8(bytes), e);
    }
    run->bias = q[0];
    run->multiplier = q[1];
    run->offset = q[2];
    run->shift = q[3];
    const int fast = q[3] == TC_DW3X3_SHIFT;
    if (p->shape.stride_width == 1) {
        if (fast) {
            tc_dw3x3_by1(run);
        } else {
            tc_dw3x3_by1_any(run);
        }
    } else {
        if (fast) {
            tc_dw3x3_by2(run);
        } else {
            tc_dw3x3_by2_any(run);
        }
    }
}

/* Rows of outputs of all channels; y is their first row. */
static void band(const tc_conv2d_s8_depthwise *p, const tc_planes *g, const int8_t *image, int32_t first_row,
                 int32_t rows, uint32_t *planes, int8_t *y)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t stride = s->stride_width;
    const int32_t multiple = s->out_channels / s->in_channels;
    const int32_t top = (first_row * stride) - s->pad_top;
    const int32_t at_once = tc_min_i32(TC_PLANES_AT_ONCE, s->in_channels);
    for (int32_t channel = 0; channel < s->in_channels; channel += TC_PLANES_AT_ONCE) {
        const int32_t start = tc_min_i32(channel, s->in_channels - at_once); /* the last channels may overlap */
        tc_planes_fill(g, &image[start], at_once, top, ((rows - 1) * stride) + 3, planes);
        const int32_t end = start + at_once;
        for (int32_t out = channel * multiple; out < (end * multiple); out++) {
            const int32_t plane = (out / multiple) - start;
            tc_dw3x3 run = {&planes[plane * g->pairs * g->pitch], &y[out], s->out_channels,
                            s->out_width * s->out_channels, 4 * stride * (rows - 2), s->out_width, {0}, 0, 0, 0, 0};
            one_channel(p, out, &run);
        }
    }
}

/* Computes:  as tc_conv2d_s8_ref for depthwise 3x3 of stride 1 or 2 with two rows of outputs or more.
 * Needs:     DSP, FPU registers.
 * Scratch:   4 * 4 * 18 * pairs bytes: four channels of a band of rows as int16 planes.
 * Exactness: equal to tc_conv2d_s8_ref while scaled sums stay below 2^31.
 * Measured:  Cortex-M4, tinyc profile, model cycles per output: 64 channels at 25x5 37 (direct, without planes: 53),
 *            8 at 48x48 20 (61); stride 2, 16 at 48x48 34 (54).
 */
TC_KERNEL void tc_conv2d_dw3x3_s8_dsp(const tc_conv2d_s8_depthwise *p, const int8_t *restrict x, int8_t *restrict y,
                                      void *scratch)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t pairs = (s->stride_width * ((s->out_width + 1) / 2)) + 1;
    const tc_planes g = {s->in_height, s->in_width, s->in_channels, s->pad_left, p->in_zero_point, pairs,
                         TC_DW3X3_PITCH};
    const int32_t row_bytes = s->out_width * s->out_channels;
    for (int32_t image = 0; image < s->batch; image++) {
        for (int32_t row = 0; row < s->out_height; row += p->band_rows) {
            const int32_t rows = tc_clamp_i32(s->out_height - row, 2, p->band_rows);
            const int32_t first = tc_min_i32(row, s->out_height - rows); /* a last row is made together with another */
            band(p, &g, x, first, rows, scratch, &y[first * row_bytes]);
        }
        tc_narrow_s8(y, s->out_height * row_bytes, p->low, p->high);
        y += s->out_height * row_bytes;
        x += s->in_height * s->in_width * s->in_channels;
    }
}

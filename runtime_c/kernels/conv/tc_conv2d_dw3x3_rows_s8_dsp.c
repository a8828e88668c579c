#include "tinyc/depthwise_dsp.h"
#include "tinyc/depthwise_rows_3x3.h"

/* Sum of the three taps of a row. */
static inline int32_t taps_of(int32_t word)
{
    const uint32_t bytes = (uint32_t)word;
    return (int8_t)bytes + (int8_t)(bytes >> 8) + (int8_t)(bytes >> 24);
}

/* A row of outputs with one or two rows of its windows inside. The others are padding: a part of the sum to start from, and
 * no weights. What is read in their place lies inside. */
static void edge(const tc_conv2d_s8_depthwise *p, const tc_dw3x3_rows *inside, int32_t row, const int8_t *x, int8_t *y)
{
    const tc_conv2d_shape *s = &p->shape;
    tc_dw3x3_rows run = *inside;
    const int32_t top = (row * s->stride_height) - s->pad_top;
    const int32_t first = tc_max_i32(top, 0);
    const int32_t count = tc_min_i32(top + 3, s->in_height) - first;
    const int32_t upwards = ((count == 2) && ((first + 2) == s->in_height)) ? 1 : 0;
    const int32_t a = (first + upwards) - top;
    const int32_t b = (upwards != 0) ? (a - 1) : (a + 1);
    run.row_bytes = (count == 2) ? ((b - a) * inside->row_bytes) : 0;
    run.x = &x[(top + a) * inside->row_bytes];
    run.y = &y[row * s->out_width * s->in_channels];
    run.rows = 1;
    for (int32_t channel = 0; channel < s->in_channels; channel++) {
        const int32_t *const w = &p->weights[3 * channel];
        const int32_t words[3] = {w[a], (count == 2) ? w[b] : 0, 0};
        const int32_t *const q = &p->constants[TC_DEPTHWISE_CONSTANTS * channel];
        const int32_t taps = taps_of(w[0]) + taps_of(w[1]) + taps_of(w[2]) - taps_of(words[0]) - taps_of(words[1]);
        const int32_t more = p->in_zero_point * taps * (1 << q[4]);
        const int32_t constants[TC_DEPTHWISE_CONSTANTS] = {(int32_t)((uint32_t)q[0] + (uint32_t)more), q[1], q[2], q[3],
                                                           q[4]};
        run.weights = words;
        run.constants = constants;
        run.channels = 1;
        tc_dw3x3_channels_of_rows(&run);
    }
}

/* Computes:  as tc_conv2d_s8_ref for depthwise 3x3 of stride 1 or 2, from x where it lies: rows at the upper edge,
 *            then, channel by channel, those whose windows have all rows inside, then those at the lower edge. At most one
 *            column of padding on each side, three rows of inputs or more.
 * Needs:     DSP, FPU registers.
 * Scratch:   none.
 * Exactness: equal to tc_conv2d_s8_ref while scaled sums stay below 2^31.
 * Measured:  Cortex-M4, tinyc profile, model cycles per output: 8 channels at 48x48 20.2, 64 at 12x12 25.9, 64 at 25x5 31.9;
 *            stride 2: 16 channels from 48x48 31.8; one row of 48 of 8 channels 22.0, of 12 of 64 28.4.
 *            tc_conv2d_dw3x3_s8_dsp, which has 1.7 to 10.8 KB of scratch, whole images: 17.5, 19.5, 20.2; 30.9.
 */
TC_KERNEL void tc_conv2d_dw3x3_rows_s8_dsp(const tc_conv2d_s8_depthwise *restrict p, const int8_t *x, int8_t *y)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t channels = s->in_channels;
    const int32_t in_row = s->in_width * channels;
    const int32_t out_row = s->out_width * channels;
    const int32_t last = ((s->out_width - 1) * s->stride_width) + 2 - s->pad_left;
    const int32_t right = (last >= s->in_width) ? 1 : 0;
    const int32_t ended = (s->stride_width == 1) ? s->in_width : (last + 1 - (2 * right));
    const uint32_t outside = (uint32_t)p->in_zero_point & 0xFFFFu;
    const int32_t first = tc_min_i32((s->pad_top + s->stride_height - 1) / s->stride_height, s->out_height);
    const int32_t end = tc_min_i32(((s->in_height + s->pad_top - 3) / s->stride_height) + 1, s->out_height);
    const int32_t span = ended * channels;
    const tc_dw3x3_rows inside = {p->weights, p->constants, x, y, channels, in_row, channels, span,
                                  (s->in_width - 2 + s->pad_left) % 3, s->pad_left, right, outside | (outside << 16),
                                  (s->stride_height * in_row) - span - (right * channels), out_row - in_row,
                                  end - first, s->stride_width, s->out_width};
    for (int32_t image = 0; image < s->batch; image++) {
        for (int32_t row = 0; row < first; row++) {
            edge(p, &inside, row, x, y);
        }
        if (end > first) {
            tc_dw3x3_rows run = inside;
            run.x = &x[((first * s->stride_height) - s->pad_top) * in_row];
            run.y = &y[first * out_row];
            tc_dw3x3_channels_of_rows(&run);
        }
        for (int32_t row = tc_max_i32(first, end); row < s->out_height; row++) {
            edge(p, &inside, row, x, y);
        }
        tc_narrow_s8(y, s->out_height * out_row, p->low, p->high);
        y += s->out_height * out_row;
        x += s->in_height * in_row;
    }
}

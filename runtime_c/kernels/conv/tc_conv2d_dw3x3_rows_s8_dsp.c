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
static void edge(const tc_conv2d_s8_depthwise *p, const tc_dw3x3_rows *whole, int32_t top, const int8_t *image)
{
    const tc_conv2d_shape *s = &p->shape;
    tc_dw3x3_rows run = *whole;
    const int32_t first = tc_max_i32(top, 0);
    const int32_t count = tc_min_i32(top + 3, s->in_height) - first;
    const int32_t upwards = ((count == 2) && ((first + 2) == s->in_height)) ? 1 : 0;
    const int32_t a = (first + upwards) - top;
    const int32_t b = (upwards != 0) ? (a - 1) : (a + 1);
    run.row_bytes = (count == 2) ? ((b - a) * whole->row_bytes) : 0;
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
        run.x = &image[((top + a) * whole->row_bytes) + channel];
        run.y = &whole->y[channel];
        run.channels = 1;
        tc_dw3x3_row_channels(&run);
    }
}

/* Computes:  as tc_conv2d_s8_ref for depthwise 3x3 of stride 1 or 2, from x where it lies: one row of outputs after the
 *            other, channel by channel. At most one column of padding on each side, three rows of inputs or more.
 * Needs:     DSP, FPU registers.
 * Scratch:   none.
 * Exactness: equal to tc_conv2d_s8_ref while scaled sums stay below 2^31.
 * Measured:  Cortex-M4, tinyc profile, model cycles per output: one row of 48 of 8 channels 21.7, of 12 of 64 27.7, of 5
 *            of 64 39.2, of 24 of 16 with stride 2 34.2; tc_conv2d_dw3x3_s8_dsp, whole images: 17.5, 19.5, 20.2, 30.9.
 */
TC_KERNEL void tc_conv2d_dw3x3_rows_s8_dsp(const tc_conv2d_s8_depthwise *restrict p, const int8_t *x, int8_t *y)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t channels = s->in_channels;
    const int32_t row_bytes = s->out_width * channels;
    const int32_t last = ((s->out_width - 1) * s->stride_width) + 2 - s->pad_left;
    const int32_t right = (last >= s->in_width) ? 1 : 0;
    const int32_t ended = (s->stride_width == 1) ? s->in_width : (last + 1 - (2 * right));
    const uint32_t outside = (uint32_t)p->in_zero_point & 0xFFFFu;
    tc_dw3x3_rows run = {p->weights, p->constants, x, y, channels, s->in_width * channels, channels, ended * channels,
                         (s->in_width - 2 + s->pad_left) % 3, s->pad_left, right, outside | (outside << 16),
                         s->stride_width, s->out_width};
    for (int32_t image = 0; image < s->batch; image++) {
        for (int32_t row = 0; row < s->out_height; row++) {
            const int32_t top = (row * s->stride_height) - s->pad_top;
            run.y = &y[row * row_bytes];
            if ((top < 0) || ((top + 3) > s->in_height)) {
                edge(p, &run, top, x);
                continue;
            }
            run.weights = p->weights;
            run.constants = p->constants;
            run.x = &x[top * run.row_bytes];
            run.channels = channels;
            tc_dw3x3_row_channels(&run);
        }
        tc_narrow_s8(y, s->out_height * row_bytes, p->low, p->high);
        y += s->out_height * row_bytes;
        x += s->in_height * run.row_bytes;
    }
}

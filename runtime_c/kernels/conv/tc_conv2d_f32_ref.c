#include "tinyc/conv.h"
#include "tinyc/conv_window.h"

/* bias plus the sum of one output over the taps inside the input; x points at the image, channel_base at the group's first channel. */
static float window_sum(const tc_conv2d_f32 *p, const float *restrict x, const float *restrict weights,
                          tc_window rows, tc_window columns, int32_t channel_base, float bias)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t depth = s->in_channels / s->groups;
    float acc = bias;
    for (int32_t ky = rows.first; ky < rows.last; ky++) {
        const int32_t row = rows.origin + (ky * s->dilation_height);
        for (int32_t kx = columns.first; kx < columns.last; kx++) {
            const int32_t column = columns.origin + (kx * s->dilation_width);
            const float *pixel = &x[(((row * s->in_width) + column) * s->in_channels) + channel_base];
            const float *tap = &weights[((ky * s->kernel_width) + kx) * depth];
            for (int32_t c = 0; c < depth; c++) {
                acc += pixel[c] * tap[c];
            }
        }
    }
    return acc;
}

/* Computes:  y[n][oy][ox][m] = clamp(bias[m] + sum over taps and channels of x * weights[m]).
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32, one product and one sum per step, in order of taps, then channels.
 */
TC_KERNEL void tc_conv2d_f32_ref(const tc_conv2d_f32 *restrict p, const float *x, float *y)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t depth = s->in_channels / s->groups;
    const int32_t group_outputs = s->out_channels / s->groups;
    const int32_t filter = s->kernel_height * s->kernel_width * depth;
    const int32_t out_rows = s->batch * s->out_height;
    for (int32_t out_row = 0; out_row < out_rows; out_row++) {
        const int32_t oy = out_row % s->out_height;
        const float *image = &x[(out_row / s->out_height) * s->in_height * s->in_width * s->in_channels];
        const tc_window rows =
            tc_window_at(oy, s->stride_height, s->pad_top, s->dilation_height, s->kernel_height, s->in_height);
        for (int32_t ox = 0; ox < s->out_width; ox++) {
            const tc_window columns =
                tc_window_at(ox, s->stride_width, s->pad_left, s->dilation_width, s->kernel_width, s->in_width);
            for (int32_t m = 0; m < s->out_channels; m++) {
                const int32_t channel_base = (m / group_outputs) * depth;
                const float acc =
                    window_sum(p, image, &p->weights[m * filter], rows, columns, channel_base, p->bias[m]);
                *y = tc_clamp_f32(acc, p->low, p->high);
                y++;
            }
        }
    }
}

#include <math.h>

#include "tinyc/sample.h"

static float pixel(const tc_deform_conv *p, const float *restrict plane, int32_t row, int32_t column)
{
    const int32_t inside = (row >= 0) && (row < p->in_height) && (column >= 0) && (column < p->in_width);
    return (inside != 0) ? plane[(row * p->in_width) + column] : 0.0f;
}

/* Bilinear sample, zero outside. Coordinates beyond 2^20, infinity and NaN lie outside. */
static float sample(const tc_deform_conv *p, const float *restrict plane, float row, float column)
{
    const float far_away = 1048576.0f;
    if (!((fabsf(row) < far_away) && (fabsf(column) < far_away))) {
        return 0.0f;
    }
    const int32_t top = (int32_t)floorf(row);
    const int32_t left = (int32_t)floorf(column);
    const float down = row - (float)top;
    const float right = column - (float)left;
    const float upper = ((1.0f - right) * pixel(p, plane, top, left)) + (right * pixel(p, plane, top, left + 1));
    const float lower =
        ((1.0f - right) * pixel(p, plane, top + 1, left)) + (right * pixel(p, plane, top + 1, left + 1));
    return ((1.0f - down) * upper) + (down * lower);
}

/* One tap of one channel at one place, masked: what all outputs of the group multiply by their weight. */
static float tap_at(const tc_deform_conv *p, const float *restrict plane, const float *restrict offsets,
                    const float *restrict mask, int32_t tap, int32_t place)
{
    const int32_t places = p->out_height * p->out_width;
    const float *moved = &offsets[(tap * 2 * places) + place];
    const int32_t row = ((place / p->out_width) * p->stride_height) - p->pad_top;
    const int32_t column = ((place % p->out_width) * p->stride_width) - p->pad_left;
    const int32_t down = (tap / p->kernel_width) * p->dilation_height;
    const int32_t right = (tap % p->kernel_width) * p->dilation_width;
    const float value = sample(p, plane, moved[0] + (float)(row + down), moved[places] + (float)(column + right));
    return (mask != NULL) ? (value * mask[(tap * places) + place]) : value;
}

/* Adds the taps of input channel `c` to all outputs of its group; offsets and mask point at its offset group. */
static void add_channel(const tc_deform_conv *p, const float *restrict plane, const float *restrict weights,
                        const float *restrict offsets, const float *restrict mask, int32_t c, float *restrict y)
{
    const int32_t places = p->out_height * p->out_width;
    const int32_t taps = p->kernel_height * p->kernel_width;
    const int32_t depth = p->in_channels / p->groups;
    const int32_t outputs = p->out_channels / p->groups;
    const int32_t first = (c / depth) * outputs;
    for (int32_t i = 0; i < (places * taps); i++) {
        const int32_t tap = i % taps;
        const int32_t place = i / taps;
        const float value = tap_at(p, plane, offsets, mask, tap, place);
        for (int32_t m = first; m < (first + outputs); m++) {
            y[(m * places) + place] += value * weights[(((m * depth) + (c % depth)) * taps) + tap];
        }
    }
}

/* Computes:  y[n][m] = bias[m] + sum over channels and taps of weights[m] * mask * x at the tap's moved coordinates.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32, in order of channels, then taps.
 */
TC_KERNEL void tc_deform_conv_f32_ref(const tc_deform_conv *p, const float *restrict x, const float *restrict weights,
                                      const float *restrict offsets, const float *restrict bias,
                                      const float *restrict mask, float *restrict y)
{
    const int32_t places = p->out_height * p->out_width;
    const int32_t group = p->kernel_height * p->kernel_width * places;
    for (int32_t n = 0; n < p->batch; n++) {
        float *image = &y[n * p->out_channels * places];
        for (int32_t i = 0; i < (p->out_channels * places); i++) {
            image[i] = (bias != NULL) ? bias[i / places] : 0.0f;
        }
        for (int32_t c = 0; c < p->in_channels; c++) {
            const float *plane = &x[((n * p->in_channels) + c) * p->in_height * p->in_width];
            const int32_t moved = (n * p->offset_groups) + (c / (p->in_channels / p->offset_groups));
            const float *masked = (mask != NULL) ? &mask[moved * group] : NULL;
            add_channel(p, plane, weights, &offsets[moved * group * 2], masked, c, image);
        }
    }
}

#include "tinyc/conv_window.h"
#include "tinyc/mve.h"
#include "tinyc/mve_rows.h"

#include <string.h>

static inline void copy_bytes(int8_t *to, const int8_t *from, int32_t count)
{
#if defined(__ARM_FEATURE_MVE)
    for (int32_t i = count; i > 0; i -= 16) {
        const mve_pred16_t present = vctp8q((uint32_t)i);
        vstrbq_p_s8(to, vldrbq_z_s8(from, present), present);
        to += 16;
        from += 16;
    }
#else
    (void)memcpy(to, from, (size_t)count);
#endif
}

static inline void fill_bytes(int8_t *to, int32_t value, int32_t count)
{
#if defined(__ARM_FEATURE_MVE)
    const int8x16_t values = vdupq_n_s8((int8_t)value);
    for (int32_t i = count; i > 0; i -= 16) {
        vstrbq_p_s8(to, values, vctp8q((uint32_t)i));
        to += 16;
    }
#else
    (void)memset(to, value, (size_t)count);
#endif
}

/* One row of a window: taps outside the input hold the zero point. */
static void gather_row(const tc_conv2d_s8_mve_params *p, const tc_window *across, const int8_t *x, int8_t *to)
{
    const tc_conv2d_shape *const s = &p->shape;
    const int32_t depth = s->in_channels;
    const int32_t last = tc_max_i32(across->first, across->last);
    fill_bytes(to, p->in_zero_point, across->first * depth);
    if (s->dilation_width == 1) {
        copy_bytes(&to[across->first * depth], &x[(across->origin + across->first) * depth],
                   (last - across->first) * depth);
    } else {
        for (int32_t t = across->first; t < last; t++) {
            copy_bytes(&to[t * depth], &x[(across->origin + (t * s->dilation_width)) * depth], depth);
        }
    }
    fill_bytes(&to[last * depth], p->in_zero_point, (s->kernel_width - last) * depth);
}

static void gather(const tc_conv2d_s8_mve_params *p, const tc_window *down, int32_t column, const int8_t *image,
                   int8_t *to)
{
    const tc_conv2d_shape *const s = &p->shape;
    const int32_t bytes = s->kernel_width * s->in_channels;
    tc_window across = tc_window_at(column, s->stride_width, s->pad_left, s->dilation_width, s->kernel_width,
                                    s->in_width);
    across.first = tc_min_i32(across.first, s->kernel_width);
    for (int32_t t = 0; t < s->kernel_height; t++) {
        if ((t < down->first) || (t >= down->last)) {
            fill_bytes(&to[t * bytes], p->in_zero_point, bytes);
        } else {
            const int32_t row = down->origin + (t * s->dilation_height);
            gather_row(p, &across, &image[row * s->in_width * s->in_channels], &to[t * bytes]);
        }
    }
}

/* Computes:  as tc_conv2d_s8_ref for one group: windows are gathered `tile` at a time, then multiplied as rows.
 * Needs:     MVE.
 * Scratch:   tile * kernel_height * kernel_width * in_channels bytes.
 * Exactness: equal to tc_conv2d_s8_ref for shifts of 33 to 54.
 */
TC_KERNEL void tc_conv2d_s8_mve(const tc_conv2d_s8_mve_params *p, const int8_t *restrict x, int8_t *restrict y,
                                void *scratch)
{
    const tc_conv2d_shape *const s = &p->shape;
    const int32_t window = s->kernel_height * s->kernel_width * s->in_channels;
    const tc_mve_layer layer = {p->weights, p->constants, window, s->out_channels, p->low, p->high};
    int8_t *const windows = scratch;
    for (int32_t row = 0; row < (s->batch * s->out_height); row++) {
        const int32_t image = row / s->out_height;
        const tc_window down = tc_window_at(row - (image * s->out_height), s->stride_height, s->pad_top,
                                            s->dilation_height, s->kernel_height, s->in_height);
        const int8_t *const from = &x[image * s->in_height * s->in_width * s->in_channels];
        for (int32_t column = 0; column < s->out_width; column += p->tile) {
            const int32_t count = tc_min_i32(p->tile, s->out_width - column);
            for (int32_t i = 0; i < count; i++) {
                gather(p, &down, column + i, from, &windows[i * window]);
            }
            tc_mve_rows(&layer, windows, window, count, &y[((row * s->out_width) + column) * s->out_channels],
                        s->out_channels);
        }
    }
}

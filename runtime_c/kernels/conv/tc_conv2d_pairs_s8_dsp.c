#include "tinyc/conv_pairs_dsp.h"
#include "tinyc/tpack_4x2.h"

/* Upper left input of a window; it may lie outside. */
typedef struct {
    int32_t row;
    int32_t column;
} corner;

/* The inputs of one tap, or those of padding. */
static inline const int8_t *tap_of(const tc_conv2d_shape *s, const int8_t *x, int32_t row, int32_t column,
                                   const int8_t *outside)
{
    const int inside = (row >= 0) && (row < s->in_height) && (column >= 0) && (column < s->in_width);
    return inside ? &x[((row * s->in_width) + column) * s->in_channels] : outside;
}

/* Whether the rows of a window lie in the input as they are. */
static inline int is_whole(const tc_conv2d_shape *s, const corner *at)
{
    return (s->dilation_width == 1) && (at->row >= 0) && (at->column >= 0) &&
           ((at->column + s->kernel_width) <= s->in_width) &&
           ((at->row + ((s->kernel_height - 1) * s->dilation_height)) < s->in_height);
}

static void expand(const tc_conv2d_shape *s, const int8_t *x, const corner at[2], const int8_t *outside,
                   uint32_t *columns)
{
    const int32_t depth = s->in_channels;
    if ((is_whole(s, &at[0]) != 0) && (is_whole(s, &at[1]) != 0)) {
        const int32_t step = s->dilation_height * s->in_width * depth;
        const int8_t *a = &x[((at[0].row * s->in_width) + at[0].column) * depth];
        const int8_t *b = &x[((at[1].row * s->in_width) + at[1].column) * depth];
        for (int32_t row = 0; row < s->kernel_height; row++) {
            columns = tc_tpack_expand2(columns, &a[row * step], &b[row * step], s->kernel_width * depth);
        }
        return;
    }
    for (int32_t tap = 0; tap < (s->kernel_height * s->kernel_width); tap++) {
        const int32_t row = (tap / s->kernel_width) * s->dilation_height;
        const int32_t column = (tap % s->kernel_width) * s->dilation_width;
        const int8_t *const a = tap_of(s, x, at[0].row + row, at[0].column + column, outside);
        const int8_t *const b = tap_of(s, x, at[1].row + row, at[1].column + column, outside);
        columns = tc_tpack_expand2(columns, a, b, depth);
    }
}

/* To the window of the next output. */
static inline void advance(const tc_conv2d_shape *s, corner *at)
{
    at->column += s->stride_width;
    if (at->column == ((s->out_width * s->stride_width) - s->pad_left)) {
        at->column = -s->pad_left;
        at->row += s->stride_height;
    }
}

/* Computes:  as tc_conv2d_s8_ref for one group and channels by four, two outputs after two, whose windows are expanded.
 * Needs:     DSP.
 * Scratch:   4 bytes for each input of a window, a padding tap, two pixels of outputs.
 * Exactness: equal to tc_conv2d_s8_ref while the sums of odd channels stay below 2^23.
 * Measured:  Cortex-M4, tinyc profile, model cycles per MAC of a row of outputs: 3x3, 16 to 16 channels 1.23, 16 to 32,
 *            stride 2, 1.12; of an image, 32 to 32 1.08, 64 to 64 1.01. tc_conv2d_s8_dsp, with 3.7 to 4.4 KB of scratch:
 *            1.14, 1.13; 1.05, 1.01.
 */
TC_KERNEL void tc_conv2d_pairs_s8_dsp(const tc_conv2d_pairs_s8 *restrict p, const int8_t *x, int8_t *y, void *scratch)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t depth = s->in_channels;
    const int32_t inputs = s->kernel_height * s->kernel_width * depth;
    const int32_t outputs = s->out_height * s->out_width;
    uint32_t *const columns = scratch;
    int8_t *const outside = (int8_t *)&columns[inputs];
    const int32_t channels = s->out_channels;
    const int32_t odd = ((outputs % 2) != 0) || ((channels % 4) != 0);
    const tc_tpack_layer layer = {p->weights, p->constants, inputs / 4, channels, p->shared_shift, inputs, channels,
                                  &outside[depth]};
    tc_tpack_run run = tc_tpack_run_of(&layer, columns, 1, y, channels);
    (void)memset(outside, p->in_zero_point, (size_t)depth);
    for (int32_t image = 0; image < s->batch; image++) {
        corner next = {-s->pad_top, -s->pad_left};
        for (int32_t i = 0; i < outputs; i += 2) {
            corner at[2] = {next, next};
            advance(s, &next);
            if ((i + 1) < outputs) {
                at[1] = next;
                advance(s, &next);
            }
            expand(s, x, at, outside, columns);
            if (((i + 2) < outputs) || (odd == 0)) {
                tc_tpack_4x2(&run);
            } else {
                tc_tpack_pixels(&layer, columns, outputs - i, &y[i * channels], 1);
            }
            run.y0 = &run.y0[2 * channels];
            run.y1 = &run.y1[2 * channels];
        }
        tc_narrow_s8(y, outputs * channels, p->low, p->high);
        x = &x[s->in_height * s->in_width * depth];
        y = &y[outputs * channels];
        run.y0 = &run.y0[-channels * (outputs % 2)];
        run.y1 = &run.y1[-channels * (outputs % 2)];
    }
}

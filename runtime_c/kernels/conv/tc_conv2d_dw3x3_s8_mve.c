#include "tinyc/mve.h"
#include "tinyc/mve_copy.h"
#include "tinyc/mve_depthwise.h"

/* One row of the input between its padding, in scratch; a row of zero points where it is outside. */
static void fill_row(const tc_depthwise_s8_mve_params *p, const int8_t *image, int32_t row, int32_t width, int8_t *to)
{
    const tc_conv2d_shape *const s = &p->shape;
    const int32_t depth = s->in_channels;
    const int32_t bytes = width * depth;
    if ((row < 0) || (row >= s->in_height)) {
        tc_mve_fill(to, p->in_zero_point, bytes);
        return;
    }
    const int32_t before = s->pad_left * depth;
    const int32_t inside = tc_min_i32(s->in_width * depth, bytes - before);
    tc_mve_fill(to, p->in_zero_point, before);
    tc_mve_copy(&to[before], &image[row * s->in_width * depth], inside);
    tc_mve_fill(&to[before + inside], p->in_zero_point, bytes - before - inside);
}

/* Computes:  as tc_conv2d_s8_ref for depthwise 3x3: rows of the input are copied between their padding, three at a time
 *            in a ring, then 16 channels of each output.
 * Needs:     MVE.
 * Scratch:   three rows of inputs with their padding, and 16 bytes that the last channels are read with.
 * Exactness: equal to tc_conv2d_s8_ref for shifts of 33 to 54 and weights of -127 to 127.
 * Measured:  Cortex-M55, tinyc profile, instructions per output: 24x24 of 48x48, 16 channels 10.6.
 */
TC_KERNEL void tc_conv2d_dw3x3_s8_mve(const tc_depthwise_s8_mve_params *restrict p, const int8_t *x,
                                      int8_t *y, void *scratch)
{
    const tc_conv2d_shape *const s = &p->shape;
    const int32_t depth = s->in_channels;
    const int32_t width = ((s->out_width - 1) * s->stride_width) + 3;
    int8_t *const ring = scratch;
    for (int32_t image = 0; image < s->batch; image++) {
        const int8_t *const from = &x[image * s->in_height * s->in_width * depth];
        int32_t filled = 0; /* rows, padding included */
        for (int32_t out = 0; out < s->out_height; out++) {
            const int32_t first = out * s->stride_height;
            for (filled = tc_max_i32(filled, first); filled < (first + 3); filled++) {
                fill_row(p, from, filled - s->pad_top, width, &ring[(filled % 3) * width * depth]);
            }
            for (int32_t c = 0; c < depth; c += 16) {
                const tc_mve_depthwise d = {
                    {&ring[((first % 3) * width * depth) + c], &ring[(((first + 1) % 3) * width * depth) + c],
                     &ring[(((first + 2) % 3) * width * depth) + c]},
                    depth,
                    s->stride_width * depth,
                    depth,
                    s->out_width,
                    (uint32_t)tc_min_i32(16, depth - c),
                    p->low,
                    p->high,
                    &p->weights[9 * c],
                    &p->constants[4 * c],
                    &y[(((image * s->out_height) + out) * s->out_width * depth) + c],
                };
                tc_mve_depthwise_row(&d);
            }
        }
    }
}

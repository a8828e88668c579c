#include "tinyc/nm_four.h"

#define TC_FOUR_PAIR tc_nm_pair
#include "tinyc/conv_four.h"

/* Computes:  as tc_conv2d_s8_ref for one group, four pixels at a time, two in a word; of every m inputs n are
 *            multiplied.
 * Needs:     nothing; SMLABB where it is.
 * Scratch:   8 bytes for each input of a window, filled up to whole units, then in_channels bytes of zero points.
 * Exactness: equal to tc_conv2d_s8_ref for weights from -127 to 127 and requantisation shifts from 33 to 54.
 * Measured:  tinyc profile, per MAC of all weights, 2 of 4 and 1 of 4 (the fastest kernel of dense weights but Winograd):
 *            3x3, 32 to 32 channels at 16x17: Cortex-M4, model cycles, 1.86, 1.04 (1.03); M3, model cycles, 2.02, 1.21
 *            (2.80); M0, instructions, 3.82, 2.09 (2.90). 64 to 64 at 8x9: M4 1.73, 0.92 (1.00); M3 1.89, 1.08 (2.68);
 *            M0 3.64, 1.90 (2.72).
 */
TC_KERNEL void tc_conv2d_nm_s8_scalar(const tc_conv2d_s8_nm_four *restrict p, const int8_t *x, int8_t *y, void *scratch)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t inputs = s->kernel_height * s->kernel_width * s->in_channels;
    const int32_t filled = p->units * (4 / p->n) * p->m;
    uint32_t *const columns = scratch;
    int8_t *const outside = (int8_t *)&columns[2 * filled];
    tc_four_cursor at = {x, 0, 0};
    int32_t left = s->batch * s->out_height * s->out_width;
    (void)memset(outside, p->in_zero_point, (size_t)s->in_channels);
    (void)memset(&columns[2 * inputs], 0, 8u * (size_t)(filled - inputs));
    while (left > 0) {
        const int32_t count = tc_min_i32(left, 4);
        tc_four_windows w;
        tc_four_take(s, &at, count, &w);
        tc_four_columns(s, &w, columns, outside);
        tc_nm_pixels(p, columns, count, y);
        tc_narrow_scalar(y, count * s->out_channels, p->low, p->high);
        y = &y[count * s->out_channels];
        left -= count;
    }
}

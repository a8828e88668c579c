#include "tinyc/tpack_order.h"
#include "tinyc/tpack_4x2.h"

#define TC_PUT_WORD tc_put_evens
#define TC_FILL_STRIP tc_fill_strip
#include "tinyc/conv_strips.h"
#include "tinyc/conv_strip_windows.h"

/* Computes:  as tc_conv2d_s8_ref for one group, strip by strip: what the windows of `tile` outputs read is brought
 *            together in such an order that each window is contiguous, and expanded; then two pixels at a time.
 * Needs:     DSP.
 * Scratch:   two records, two pixels of outputs, the strip, two windows as bytes: scratch_bytes in conv2d_dsp.py.
 * Exactness: equal to tc_conv2d_s8_ref while the sums of odd channels stay below 2^23.
 * Measured:  Cortex-M4, tinyc profile, model cycles per MAC; in brackets with columns of each pair gathered anew:
 *            3x3, 16 to 16 channels at 32x32 1.10 (1.36), 64 to 64 at 8x8 1.00 (1.03); 3 to 8 at 96x96, stride 2,
 *            1.72 (4.01).
 */
TC_KERNEL void tc_conv2d_s8_dsp(const tc_conv2d_s8_tpack *restrict p, const int8_t *x, int8_t *y,
                                void *scratch)
{
    const tc_conv_axis *const along = &p->along;
    const int32_t rows = p->batch * p->across.out_length;
    const int32_t quads = tc_tpack_quads(along->taps * p->across.taps * p->in_channels);
    const tc_filling f = tc_filling_of(p, quads, scratch);
    const tc_tpack_layer layer = {p->weights, p->constants, quads, p->out_channels, p->shared_shift,
                                  (p->by_words != 0) ? (2 * f.lag) : (4 * quads), along->out_step, f.last};
    for (int32_t row = 0; row < rows; row++) {
        const int32_t image = row / p->across.out_length;
        const int32_t out = row - (image * p->across.out_length);
        const tc_window across = tc_window_at(out, p->across.stride, p->across.pad, p->across.dilation,
                                              p->across.taps, p->across.in_length);
        int8_t *const to = &y[(image * p->out_bytes) + (out * p->across.out_step)];
        for (int32_t first = 0; first < along->out_length; first += p->tile) {
            const int32_t count = tc_min_i32(p->tile, along->out_length - first);
            const int32_t is_last = ((row + 1) == rows) && ((first + count) == along->out_length);
            if (p->by_words != 0) {
                tc_fill_strip(&f, &across, &x[image * p->in_bytes], first, count);
            } else {
                tc_expand_windows(&f, &across, &x[image * p->in_bytes], first, count);
            }
            tc_tpack_pixels(&layer, f.strip, count, &to[first * along->out_step], is_last);
        }
    }
    tc_narrow_s8(y, p->batch * p->out_bytes, p->low, p->high);
}

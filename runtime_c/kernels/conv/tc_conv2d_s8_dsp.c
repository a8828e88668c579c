#include "tinyc/tpack_order.h"
#include "tinyc/tpack_4x2.h"

#define TC_PUT_WORD tc_put_evens
#define TC_FILL_STRIP tc_fill_strip
#include "tinyc/conv_strips.h"
#include "tinyc/conv_strip_windows.h"

static inline void fill(const tc_filling *f, const tc_window *across, const int8_t *x, int32_t first, int32_t count)
{
    if (f->p->by_words != 0) {
        tc_fill_strip(f, across, x, first, count);
    } else {
        tc_expand_windows(f, across, x, first, count);
    }
}

/* Computes:  as tc_conv2d_s8_ref for one group, strip by strip: what the windows of `tile` outputs read is brought
 *            together in such an order that each window is contiguous, and expanded; then two pixels at a time.
 * Needs:     DSP.
 * Scratch:   two records, two pixels of outputs, the strip, two windows as bytes: scratch_bytes in conv2d_dsp.py.
 * Exactness: equal to tc_conv2d_s8_ref while the sums of odd channels stay below 2^23.
 * Measured:  Cortex-M4, tinyc profile, model cycles per MAC; in brackets with columns of each pair gathered anew:
 *            3x3, 16 to 16 channels at 32x32 1.10 (1.36), 64 to 64 at 8x8 1.00 (1.03); 3 to 8 at 96x96, stride 2,
 *            1.72 (4.01).
 */
#define TC_FUNCTION tc_conv2d_s8_dsp
#define TC_PIXELS tc_tpack_pixels
#define TC_FILL fill
#define TC_ADVANCE(f, quads) (((f)->p->by_words != 0) ? (2 * (f)->lag) : (4 * (quads)))
#include "tinyc/conv_strips_body.h"

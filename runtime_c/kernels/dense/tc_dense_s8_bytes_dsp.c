#include "tinyc/dense_dsp.h"
#include "tinyc/tpack_bytes_4x1.h"

/* Computes:  as tc_dense_s8_ref, one row at a time, from the inputs where they lie.
 * Needs:     DSP; four inputs or more.
 * Scratch:   none.
 * Exactness: equal to tc_dense_s8_ref while the sums of odd channels stay below 2^23.
 * Measured:  Cortex-M4, tinyc profile, ten layers of 640, 128 and 8 features: 1.27 instructions and 1.38 model cycles
 *            per MAC.
 */
TC_KERNEL void tc_dense_s8_bytes_dsp(const tc_dense_s8_tpack *restrict p, const int8_t *x, int8_t *y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        tc_tpack_one_pixel_of_bytes(p->weights, p->constants, x, p->in_features, p->out_features, y);
        tc_narrow_s8(y, p->out_features, p->low, p->high);
        x += p->in_features;
        y += p->out_step;
    }
}

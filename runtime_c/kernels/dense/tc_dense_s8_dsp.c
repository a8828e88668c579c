#include "tinyc/dense_dsp.h"
#include "tinyc/tpack_4x1.h"

static void expand(uint32_t *columns, const int8_t *x, int32_t count)
{
    const int32_t whole = count & ~3;
    for (int32_t i = 0; i < whole; i += 4) {
        const uint32_t bytes = tc_load4(&x[i]);
        *columns++ = tc_sxtb16(bytes);
        *columns++ = tc_sxtb16_ror8(bytes);
    }
    if (whole < count) {
        const uint32_t bytes = tc_load_tail(&x[whole], count - whole);
        *columns++ = tc_sxtb16(bytes);
        *columns++ = tc_sxtb16_ror8(bytes);
    }
}

/* Computes:  as tc_dense_s8_ref, one row at a time.
 * Needs:     DSP.
 * Scratch:   8 * ceil(in_features / 4) bytes: one row as int16.
 * Exactness: equal to tc_dense_s8_ref while the sums of odd channels stay below 2^23.
 * Measured:  Cortex-M4, tinyc profile, ten layers of 640, 128 and 8 features: 1.20 instructions and 1.31 model cycles
 *            per MAC.
 */
TC_KERNEL void tc_dense_s8_dsp(const tc_dense_s8_tpack *restrict p, const int8_t *x, int8_t *y, void *scratch)
{
    const int32_t quads = tc_tpack_quads(p->in_features);
    for (int32_t row = 0; row < p->rows; row++) {
        expand(scratch, x, p->in_features);
        tc_tpack_one_pixel(p->weights, p->constants, scratch, quads, p->out_features, y);
        tc_narrow_s8(y, p->out_features, p->low, p->high);
        x += p->in_features;
        y += p->out_step;
    }
}

#include "tinyc/s16_dsp.h"
#include "tinyc/s16pack_4x2.h"

/* The columns of two rows. */
static void interleave(uint32_t *restrict columns, const int16_t *a, const int16_t *b, int32_t count)
{
    for (int32_t i = 0; (i + 1) < count; i += 2) {
        const uint32_t first = tc_load_s16x2(&a[i]);
        const uint32_t second = tc_load_s16x2(&b[i]);
        columns[i] = first;
        columns[i + 1] = second;
    }
    if ((count % 2) != 0) {
        columns[count - 1] = (uint16_t)a[count - 1];
        columns[count] = (uint16_t)b[count - 1];
    }
}

/* Computes:  as tc_dense_s16_ref; two rows at a time, so that each weight that is loaded is used twice.
 * Needs:     DSP.
 * Scratch:   8 * ceil(in_features / 2) bytes: two rows.
 * Exactness: equal to tc_dense_s16_ref while all sums fit int32.
 * Measured:  Cortex-M4, tinyc profile, 125 rows of 64 to 64: 1.20 instructions and 1.42 model cycles per MAC.
 */
TC_KERNEL void tc_dense_rows_s16_dsp(const tc_dense_s16_pack *p, const int16_t *restrict x, int16_t *restrict y,
                                     void *scratch)
{
    uint32_t *const columns = scratch;
    const int32_t pairs = tc_s16pack_pairs(p->in_features);
    const int32_t relu = tc_s16_is_relu(&p->bounds);
    for (int32_t row = 0; row < p->rows; row += 2) {
        const int32_t step = ((row + 1) < p->rows) ? 1 : 0; /* an odd last row is computed twice, to the same place */
        const int16_t *const x1 = &x[step * p->in_features];
        int16_t *const y1 = &y[step * p->out_features];
        interleave(columns, x, x1, p->in_features);
        tc_s16pack_two_pixels(p->weights, p->constants, columns, pairs, p->out_features, relu, y, y1);
        tc_narrow_s16(y, (step + 1) * p->out_features, &p->bounds);
        x = &x1[p->in_features];
        y = &y1[p->out_features];
    }
}

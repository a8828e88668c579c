#include "tinyc/mve.h"
#include "tinyc/mve_rows.h"

/* Computes:  as tc_dense_s8_ref.
 * Needs:     MVE.
 * Scratch:   none.
 * Exactness: equal to tc_dense_s8_ref for shifts of 33 to 54.
 * Measured:  Cortex-M55, tinyc profile, instructions per MAC: 125 rows, 64 to 64 channels 0.189; one row times four
 *            channels at a time 0.225.
 */
TC_KERNEL void tc_dense_s8_mve(const tc_dense_s8_mve_params *p, const int8_t *restrict x, int8_t *restrict y)
{
    const tc_mve_layer layer = {p->weights, p->constants, p->in_features, p->out_features, p->low, p->high};
    tc_mve_rows(&layer, x, p->in_features, p->rows, y, p->out_features);
}

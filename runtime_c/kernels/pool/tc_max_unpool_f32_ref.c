#include "tinyc/pool.h"

/* Computes:  y[indices[i]] = x[i], 0 elsewhere; an index outside y is left out.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact; the last of equal indices.
 */
TC_KERNEL void tc_max_unpool_f32_ref(const tc_max_unpool *p, const float *restrict x, const int64_t *restrict indices,
                                     float *restrict y)
{
    for (int32_t i = 0; i < p->outputs; i++) {
        y[i] = 0.0f;
    }
    for (int32_t i = 0; i < p->count; i++) {
        const int64_t place = indices[i];
        if ((place >= 0) && (place < p->outputs)) {
            y[place] = x[i];
        }
    }
}

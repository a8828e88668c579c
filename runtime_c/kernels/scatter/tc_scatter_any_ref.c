#include "tinyc/scatter.h"

/* Computes:  y = x, then y[indices[i]] = updates[i], a block of bytes each; of equal indices the last one wins.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_KERNEL void tc_scatter_any_ref(const tc_scatter *p, const void *x, const int32_t *restrict indices,
                                  const void *restrict updates, void *y)
{
    const size_t block = (size_t)p->block;
    const uint8_t *from = updates;
    uint8_t *to = y;
    if (x != y) {
        (void)memcpy(y, x, (size_t)p->rows * block);
    }
    for (int32_t i = 0; i < p->indices; i++) {
        (void)memcpy(&to[(size_t)tc_clamp_i32(indices[i], 0, p->rows - 1) * block], from, block);
        from += block;
    }
}

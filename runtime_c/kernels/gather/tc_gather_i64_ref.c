#include <string.h>

#include "tinyc/gather.h"

/* Negative indices count from the end; what is outside even so becomes the nearest index inside. */
static size_t place(int64_t index, int32_t length)
{
    const int64_t counted = (index < 0) ? (index + length) : index;
    const int64_t raised = (counted < 0) ? 0 : counted;
    return (size_t)((raised < length) ? raised : (length - 1));
}

/* Computes:  y[outer][i] = x[outer][indices[i]], a block of bytes each.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_KERNEL void tc_gather_i64_ref(const tc_gather *p, const void *restrict x, const int64_t *restrict indices,
                                 void *restrict y)
{
    const size_t block = (size_t)p->block_bytes;
    const uint8_t *from = x;
    uint8_t *to = y;
    for (int32_t outer = 0; outer < p->outer; outer++) {
        for (int32_t i = 0; i < p->indices; i++) {
            (void)memcpy(to, &from[place(indices[i], p->length) * block], block);
            to += block;
        }
        from += (size_t)p->length * block;
    }
}

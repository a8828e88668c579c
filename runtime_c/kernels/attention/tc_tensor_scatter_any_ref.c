#include "tinyc/tensor_scatter.h"

#include <string.h>

/* Where an update goes, -1 for nowhere. */
static int32_t place_of(const tc_tensor_scatter *p, int64_t start, int32_t update)
{
    int64_t place = start % p->length;
    if (p->circular == 0) {
        place = ((start < -(int64_t)p->updates) || (start > p->length)) ? -1 : (start + update);
        return ((place < 0) || (place >= p->length)) ? -1 : (int32_t)place;
    }
    place = (place + update) % p->length;
    return (int32_t)((place < 0) ? (place + p->length) : place);
}

/* Computes:  y = x with update u of each batch at place starts[batch] + u along the cache's axis.
 * Needs:     string.h.
 * Scratch:   none; y may be x, then only the updates are written.
 * Exactness: exact.
 */
TC_KERNEL void tc_tensor_scatter_any_ref(const tc_tensor_scatter *p, const void *x, const void *restrict update,
                                         const int64_t *restrict starts, void *y)
{
    const uint8_t *from = update;
    uint8_t *to = y;
    const size_t block = (size_t)p->block_bytes;
    const size_t cache = (size_t)p->length * block;
    if (x != y) {
        (void)memcpy(y, x, (size_t)p->batch * (size_t)p->outer * cache);
    }
    for (int32_t batch = 0; batch < p->batch; batch++) {
        const int64_t start = (starts == NULL) ? 0 : starts[batch];
        for (int32_t outer = 0; outer < p->outer; outer++) {
            for (int32_t u = 0; u < p->updates; u++) {
                const int32_t place = place_of(p, start, u);
                if (place >= 0) {
                    (void)memcpy(&to[(size_t)place * block], from, block);
                }
                from += block;
            }
            to += cache;
        }
    }
}

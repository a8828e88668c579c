#include <string.h>

#include "tinyc/reverse_sequence.h"

/* Computes:  y[b][t] = x[b][lengths[b] - 1 - t] for t < lengths[b], else x[b][t]; lengths limited to [0, steps].
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_KERNEL void tc_reverse_sequence_any_ref(const tc_reverse_sequence *p, const void *restrict x,
                                           const int64_t *restrict lengths, void *restrict y)
{
    const uint8_t *from = x;
    uint8_t *to = y;
    for (int32_t n = 0; n < p->batch; n++) {
        const int64_t raised = (lengths[n] < 0) ? 0 : lengths[n];
        const int32_t length = (raised < p->steps) ? (int32_t)raised : p->steps;
        for (int32_t time = 0; time < p->steps; time++) {
            const int32_t source = (time < length) ? (length - 1 - time) : time;
            (void)memcpy(&to[time * p->step_bytes], &from[source * p->step_bytes], (size_t)p->block_bytes);
        }
        from += p->batch_bytes;
        to += p->batch_bytes;
    }
}

#include <string.h>

#include "tinyc/copy.h"

/* Computes:  y = block 0 of each input in order, then block 1 of each, and so on.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact; bytes are moved.
 */
TC_KERNEL void tc_concat_any_ref(const tc_concat *p, const void *const *inputs, void *restrict y)
{
    uint8_t *to = (uint8_t *)y;
    for (int32_t block = 0; block < p->blocks; block++) {
        for (int32_t i = 0; i < p->inputs; i++) {
            const size_t bytes = (size_t)p->block_bytes[i];
            (void)memcpy(to, &((const uint8_t *)inputs[i])[(size_t)block * bytes], bytes);
            to += bytes;
        }
    }
}

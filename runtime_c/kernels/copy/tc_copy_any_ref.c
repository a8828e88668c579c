#include <string.h>

#include "tinyc/copy.h"

/* Computes:  y = x, byte for byte.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_KERNEL void tc_copy_any_ref(const tc_copy *p, const void *restrict x, void *restrict y)
{
    (void)memcpy(y, x, (size_t)p->bytes);
}

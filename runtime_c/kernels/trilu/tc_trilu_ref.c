#include "tinyc/trilu.h"

#include <string.h>

static void trilu_row(const tc_trilu *p, int32_t kept_from, int32_t kept_to, const uint8_t *x, uint8_t *y)
{
    const size_t from = (size_t)kept_from * (size_t)p->element_bytes;
    const size_t to = (size_t)kept_to * (size_t)p->element_bytes;
    const size_t end = (size_t)p->columns * (size_t)p->element_bytes;
    (void)memset(y, (int)p->zero, from);
    (void)memmove(&y[from], &x[from], to - from);
    (void)memset(&y[to], (int)p->zero, end - to);
}

/* Computes:  y = x with zeros on one side of a diagonal of each matrix.
 * Needs:     string.h.
 * Scratch:   none; y may be x.
 * Exactness: exact; no element is changed but to zero.
 */
TC_KERNEL void tc_trilu_ref(const tc_trilu *p, const void *x, void *y)
{
    const uint8_t *from = (const uint8_t *)x;
    uint8_t *to = (uint8_t *)y;
    for (int32_t matrix = 0; matrix < p->matrices; matrix++) {
        for (int32_t row = 0; row < p->rows; row++) {
            const int32_t edge = tc_clamp_i32(row + p->first, 0, p->columns);
            trilu_row(p, (p->upper != 0) ? edge : 0, (p->upper != 0) ? p->columns : edge, from, to);
            from += p->columns * p->element_bytes;
            to += p->columns * p->element_bytes;
        }
    }
}

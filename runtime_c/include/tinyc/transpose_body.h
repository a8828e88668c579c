/* Body of every tc_transpose_*_scalar: included by one file per element size, which defines TC_FUNCTION and TC_ELEMENT.
 * No include guard on purpose.
 */

#include <string.h>

TC_KERNEL void TC_FUNCTION(const tc_transposition *restrict p, const void *x, void *y)
{
    TC_ELEMENT *const to = (TC_ELEMENT *)y;
    const tc_transposition t = *p;
    if (x != y) {
        (void)memmove(y, x, (size_t)t.count * sizeof(TC_ELEMENT));
    }
    for (uint32_t cycle = 0; cycle < t.cycles; cycle++) {
        const uint32_t first = t.firsts[cycle];
        uint32_t at = first;
        TC_ELEMENT held = to[first];
        do { /* two steps, so that no element moves between registers */
            at = tc_transposed(&t, at);
            const TC_ELEMENT next = to[at];
            to[at] = held;
            if (at != first) {
                at = tc_transposed(&t, at);
                held = to[at];
                to[at] = next;
            }
        } while (at != first);
    }
}

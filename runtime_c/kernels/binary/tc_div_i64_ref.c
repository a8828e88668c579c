#include "tinyc/binary.h"

static inline int64_t quotient(int64_t l, int64_t r)
{
    if (r == 0) {
        return 0;
    }
    if (r == -1) {
        return (int64_t)(0u - (uint64_t)l); /* the smallest integer over -1 would trap */
    }
    return (int64_t)(l / r);
}

/* Computes:  y = a / b, toward zero; 0 where b is 0.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_div_i64_ref, tc_binary, int64_t, int64_t, quotient(l, r))

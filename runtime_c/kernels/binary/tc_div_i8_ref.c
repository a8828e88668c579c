#include "tinyc/binary.h"

static inline int8_t quotient(int8_t l, int8_t r)
{
    if (r == 0) {
        return 0;
    }
    if (r == -1) {
        return (int8_t)(0u - (uint32_t)l); /* the smallest integer over -1 would trap */
    }
    return (int8_t)(l / r);
}

/* Computes:  y = a / b, toward zero; 0 where b is 0.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_div_i8_ref, tc_binary, int8_t, int8_t, quotient(l, r))

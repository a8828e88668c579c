#include "tinyc/binary.h"

static inline int16_t quotient(int16_t l, int16_t r)
{
    if (r == 0) {
        return 0;
    }
    if (r == -1) {
        return (int16_t)(0u - (uint32_t)l); /* the smallest integer over -1 would trap */
    }
    return (int16_t)(l / r);
}

/* Computes:  y = a / b, toward zero; 0 where b is 0.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_div_i16_ref, tc_binary, int16_t, int16_t, quotient(l, r))

#include "tinyc/binary.h"

static inline uint8_t quotient(uint8_t l, uint8_t r)
{
    if (r == 0) {
        return 0;
    }
    return (uint8_t)(l / r);
}

/* Computes:  y = a / b, toward zero; 0 where b is 0.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_div_u8_ref, tc_binary, uint8_t, uint8_t, quotient(l, r))

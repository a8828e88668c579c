#include "tinyc/bits.h"

/* Computes:  y = a or b, bit by bit.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BITS(tc_bit_or_x32_ref, tc_x32, l | r)

#include "tinyc/bits.h"

/* Computes:  y = a or b, bit by bit.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BITS(tc_bit_or_x8_ref, tc_x8, (tc_x8)(l | r))

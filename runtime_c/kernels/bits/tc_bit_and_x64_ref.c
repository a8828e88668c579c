#include "tinyc/bits.h"

/* Computes:  y = a and b, bit by bit.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BITS(tc_bit_and_x64_ref, tc_x64, l & r)

#include "tinyc/bits.h"

/* Computes:  y = the bits in which a and b differ.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BITS(tc_bit_xor_x8_ref, tc_x8, (tc_x8)(l ^ r))

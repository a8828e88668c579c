#include "tinyc/binary.h"

/* Computes:  y = the smaller of a and b.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_min_u8_ref, tc_binary, uint8_t, uint8_t, (l < r) ? l : r)

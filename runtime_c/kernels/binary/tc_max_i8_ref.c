#include "tinyc/binary.h"

/* Computes:  y = the greater of a and b.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_max_i8_ref, tc_binary, int8_t, int8_t, (l > r) ? l : r)

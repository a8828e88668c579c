#include "tinyc/binary.h"

/* Computes:  y = the smaller of a and b.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_min_i32_ref, tc_binary, int32_t, int32_t, (l < r) ? l : r)

#include "tinyc/binary.h"

/* Computes:  y = the smaller of a and b; NaN if either is.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_min_f32_ref, tc_binary, float, float, ((l < r) || (l != l)) ? l : r)

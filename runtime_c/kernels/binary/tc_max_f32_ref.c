#include "tinyc/binary.h"

/* Computes:  y = the greater of a and b; NaN if either is.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_max_f32_ref, tc_binary, float, float, ((l > r) || (l != l)) ? l : r)

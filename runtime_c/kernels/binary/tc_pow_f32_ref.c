#include "tinyc/binary.h"

#include <math.h>

/* Computes:  y = a to the power of b.
 * Needs:     math.h.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: float32, within the error of the C library.
 */
TC_BINARY(tc_pow_f32_ref, tc_binary, float, float, powf(l, r))

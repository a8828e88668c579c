#include "tinyc/binary.h"

/* Computes:  y = a where a >= 0, b * a elsewhere.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: float32, correctly rounded.
 */
TC_BINARY(tc_prelu_f32_ref, tc_binary, float, float, (l < 0.0f) ? (r * l) : l)

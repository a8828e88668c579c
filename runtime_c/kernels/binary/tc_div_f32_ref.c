#include "tinyc/binary.h"

/* Computes:  y = clamp(a / b).
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: float32, correctly rounded.
 */
TC_BINARY(tc_div_f32_ref, tc_binary_clamp, float, float, tc_clamp_f32(l / r, p->low, p->high))

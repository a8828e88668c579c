#include "tinyc/unary.h"

/* Computes:  y = 1 / x.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: float32, correctly rounded.
 */
TC_UNARY(tc_reciprocal_f32_ref, tc_unary, float, 1.0f / v)

#include "tinyc/unary.h"

/* Computes:  y = max(x, 0); NaN stays NaN.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_UNARY(tc_relu_f32_ref, tc_unary, float, (v < 0.0f) ? 0.0f : v)

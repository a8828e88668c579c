#include "tinyc/unary.h"

/* Computes:  y = x * (x / 6 + 1/2 within [0, 1]).
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: float32, rounded as in the expression.
 */
TC_UNARY(tc_hard_swish_f32_ref, tc_unary, float, v * tc_clamp_f32((v / 6.0f) + 0.5f, 0.0f, 1.0f))

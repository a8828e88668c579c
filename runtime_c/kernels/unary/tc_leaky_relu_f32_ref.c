#include "tinyc/unary.h"

/* Computes:  y = x where x >= 0, alpha * x elsewhere.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: float32, rounded as in the expression.
 */
TC_UNARY(tc_leaky_relu_f32_ref, tc_unary_alpha, float, (v < 0.0f) ? (p->alpha * v) : v)

#include "tinyc/unary.h"

/* Computes:  y = alpha * x + beta within [0, 1].
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: float32, rounded as in the expression.
 */
TC_UNARY(tc_hard_sigmoid_f32_ref, tc_unary_alpha_beta, float, tc_clamp_f32((p->alpha * v) + p->beta, 0.0f, 1.0f))

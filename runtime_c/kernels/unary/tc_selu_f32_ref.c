#include "tinyc/unary.h"

#include <math.h>

/* Computes:  y = beta * x where x > 0, beta * alpha * (e^x - 1) elsewhere.
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: float32, within the error of the C library.
 */
TC_UNARY(tc_selu_f32_ref, tc_unary_alpha_beta, float, p->beta * ((v > 0.0f) ? v : (p->alpha * expm1f(v))))

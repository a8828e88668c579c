#include "tinyc/unary.h"

#include <math.h>

/* Computes:  y = x where x >= 0, alpha * (e^(x / alpha) - 1) elsewhere.
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: float32, within the error of the C library.
 */
TC_UNARY(tc_celu_f32_ref, tc_unary_alpha, float, (v < 0.0f) ? (p->alpha * expm1f(v / p->alpha)) : v)

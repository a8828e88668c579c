#include "tinyc/unary.h"

#include <math.h>

/* Computes:  y = x / (1 + |x|).
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: float32, rounded as in the expression.
 */
TC_UNARY(tc_softsign_f32_ref, tc_unary, float, v / (1.0f + fabsf(v)))

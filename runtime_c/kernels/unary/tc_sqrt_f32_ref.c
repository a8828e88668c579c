#include "tinyc/unary.h"

#include <math.h>

/* Computes:  y = sqrt(x).
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: float32, correctly rounded.
 */
TC_UNARY(tc_sqrt_f32_ref, tc_unary, float, sqrtf(v))

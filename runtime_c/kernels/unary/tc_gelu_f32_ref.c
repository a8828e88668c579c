#include "tinyc/unary.h"

#include <math.h>

/* Computes:  y = x * (1 + erf(x / sqrt(2))) / 2.
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: float32, within the error of the C library.
 */
TC_UNARY(tc_gelu_f32_ref, tc_unary, float, 0.5f * v * erfcf(-0.70710678118654752f * v))

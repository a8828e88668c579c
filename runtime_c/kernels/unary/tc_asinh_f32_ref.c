#include "tinyc/unary.h"

#include <math.h>

/* Computes:  y = asinh(x).
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: float32, within the error of the C library.
 */
TC_UNARY(tc_asinh_f32_ref, tc_unary, float, asinhf(v))

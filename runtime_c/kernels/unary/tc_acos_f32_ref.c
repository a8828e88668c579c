#include "tinyc/unary.h"

#include <math.h>

/* Computes:  y = acos(x).
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: float32, within the error of the C library.
 */
TC_UNARY(tc_acos_f32_ref, tc_unary, float, acosf(v))

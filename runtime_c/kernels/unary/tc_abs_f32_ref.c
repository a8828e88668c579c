#include "tinyc/unary.h"

#include <math.h>

/* Computes:  y = |x|.
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_UNARY(tc_abs_f32_ref, tc_unary, float, fabsf(v))

#include "tinyc/unary.h"

#include <math.h>

/* Computes:  y = the smallest integer not below x.
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_UNARY(tc_ceil_f32_ref, tc_unary, float, ceilf(v))

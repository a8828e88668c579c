#include "tinyc/unary.h"

#include <math.h>

/* Computes:  y = the nearest integer, ties to even.
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: exact in the default rounding mode.
 */
TC_UNARY(tc_round_f32_ref, tc_unary, float, rintf(v))

#include "tinyc/unary.h"

#include <math.h>

/* Computes:  y = the largest integer not above x.
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_UNARY(tc_floor_f32_ref, tc_unary, float, floorf(v))

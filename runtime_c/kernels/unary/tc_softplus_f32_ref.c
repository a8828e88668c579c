#include "tinyc/unary.h"
#include "tinyc/softplus.h"

#include <math.h>

/* Computes:  y = log(1 + e^x), without overflow.
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: float32, within the error of the C library.
 */
TC_UNARY(tc_softplus_f32_ref, tc_unary, float, tc_softplus(v))

#include "tinyc/unary.h"
#include "tinyc/softplus.h"

#include <math.h>

/* Computes:  y = x * tanh(log(1 + e^x)).
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: float32, within the error of the C library.
 */
TC_UNARY(tc_mish_f32_ref, tc_unary, float, v * tanhf(tc_softplus(v)))

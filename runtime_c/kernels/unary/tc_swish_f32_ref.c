#include "tinyc/unary.h"
#include "tinyc/sigmoid.h"

/* Computes:  y = x / (1 + e^(-alpha x)), without overflow.
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: float32, within the error of the C library.
 */
TC_UNARY(tc_swish_f32_ref, tc_unary_alpha, float, v * tc_sigmoid(p->alpha * v))

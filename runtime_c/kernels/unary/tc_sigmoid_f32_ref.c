#include "tinyc/unary.h"
#include "tinyc/sigmoid.h"

/* Computes:  y = 1 / (1 + e^-x), without overflow.
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: float32, within the error of the C library.
 */
TC_UNARY(tc_sigmoid_f32_ref, tc_unary, float, tc_sigmoid(v))

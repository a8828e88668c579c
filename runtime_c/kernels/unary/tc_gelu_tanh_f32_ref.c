#include "tinyc/unary.h"
#include "tinyc/sigmoid.h"

/* Computes:  y = x * sigmoid(sqrt(8 / pi) * (x + 0.044715 x^3)).
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: float32, within the error of the C library.
 */
TC_UNARY(tc_gelu_tanh_f32_ref, tc_unary, float, v * tc_sigmoid(1.5957691216057308f * (v + (0.044715f * v * v * v))))

#include "tinyc/modulo.h"

/* Computes:  y = a - trunc(a / b) b; NaN where b is 0.
 * Needs:     math.h.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: fmodf is exact.
 */
TC_BINARY(tc_fmod_f32_ref, tc_binary, float, float, fmodf(l, r))

#include "tinyc/modulo.h"

/* Computes:  y = a - floor(a / b) b; NaN where b is 0.
 * Needs:     math.h.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: fmodf is exact; the sum that moves the sign is rounded once.
 */
TC_BINARY(tc_mod_f32_ref, tc_binary, float, float, tc_mod_f32(l, r))

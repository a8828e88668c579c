#include "tinyc/modulo.h"

/* Computes:  y = a - floor(a / b) b; 0 where b is 0.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_mod_i64_ref, tc_binary, int64_t, int64_t, tc_mod_i64(l, r))

#include "tinyc/unary.h"

/* Computes:  y = -1, 0 or 1.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_UNARY(tc_sign_i8_ref, tc_unary, int8_t, (int8_t)((v > 0) - (v < 0)))

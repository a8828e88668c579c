#include "tinyc/unary.h"

/* Computes:  y = -1, 0 or 1.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_UNARY(tc_sign_i16_ref, tc_unary, int16_t, (int16_t)((v > 0) - (v < 0)))

#include "tinyc/unary.h"

/* Computes:  y = |x|; the smallest integer stays as it is.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_UNARY(tc_abs_i16_ref, tc_unary, int16_t, (v < 0) ? (int16_t)(0u - (uint32_t)v) : v)

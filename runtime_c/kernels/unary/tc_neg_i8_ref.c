#include "tinyc/unary.h"

/* Computes:  y = -x; the smallest integer stays as it is.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_UNARY(tc_neg_i8_ref, tc_unary, int8_t, (int8_t)(0u - (uint32_t)v))

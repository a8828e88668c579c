#include "tinyc/unary.h"

/* Computes:  y = |x|; the smallest integer stays as it is.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_UNARY(tc_abs_i64_ref, tc_unary, int64_t, (v < 0) ? (int64_t)(0u - (uint64_t)v) : v)

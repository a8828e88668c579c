#include "tinyc/unary.h"

/* Computes:  y = -x.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_UNARY(tc_neg_f32_ref, tc_unary, float, -v)

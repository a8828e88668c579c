#include "tinyc/unary.h"

/* Computes:  y = x where x > alpha, 0 elsewhere.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_UNARY(tc_thresholded_relu_f32_ref, tc_unary_alpha, float, (v > p->alpha) ? v : 0.0f)

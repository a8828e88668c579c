#include "tinyc/unary.h"

/* Computes:  y = min(max(x, alpha), beta); NaN stays NaN.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_UNARY(tc_clip_f32_ref, tc_unary_alpha_beta, float, tc_clamp_f32(v, p->alpha, p->beta))

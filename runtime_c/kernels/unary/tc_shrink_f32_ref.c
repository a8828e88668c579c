#include "tinyc/unary.h"

static inline float shrunk(const tc_unary_alpha_beta *restrict p, float v)
{
    const float positive = (v > p->beta) ? (v - p->alpha) : 0.0f;
    return (v < -p->beta) ? (v + p->alpha) : positive;
}

/* Computes:  y = x + alpha where x < -beta, x - alpha where x > beta, 0 elsewhere.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: float32, rounded as in the expression.
 */
TC_UNARY(tc_shrink_f32_ref, tc_unary_alpha_beta, float, shrunk(p, v))

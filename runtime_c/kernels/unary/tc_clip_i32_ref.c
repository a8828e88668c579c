#include "tinyc/unary.h"

static inline int32_t clipped(const tc_unary_bounds *restrict p, int32_t v)
{
    const int64_t raised = (v < p->low) ? p->low : v;
    return (int32_t)((raised > p->high) ? p->high : raised);
}

/* Computes:  y = min(max(x, low), high).
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_UNARY(tc_clip_i32_ref, tc_unary_bounds, int32_t, clipped(p, v))

#include "tinyc/unary.h"

static inline uint8_t clipped(const tc_unary_bounds *restrict p, uint8_t v)
{
    const int64_t raised = (v < p->low) ? p->low : v;
    return (uint8_t)((raised > p->high) ? p->high : raised);
}

/* Computes:  y = min(max(x, low), high).
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_UNARY(tc_clip_u8_ref, tc_unary_bounds, uint8_t, clipped(p, v))

#include "tinyc/runs.h"
#include "tinyc/walk.h"

/* Computes:  y = x, elements of any size, where the elements of the innermost loop lie together in x and y: steps and
 *            counts are of bytes.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact; no element is changed.
 * Measured:  Cortex-M3, tinyc profile, 64 runs of 32 bytes: 1.1 model cycles per element; tc_move_x8_ref 8.0.
 */
TC_KERNEL void tc_move_runs_scalar(const tc_walk *restrict p, const void *x, void *y)
{
    const uint8_t *const from = &((const uint8_t *)x)[p->offset];
    uint8_t *const to = (uint8_t *)y;
    tc_walk_place place = {0};
    do {
        tc_copy_run(&to[place.y], &from[place.x], p->count);
    } while (tc_walk_next(p, &place) != 0);
}

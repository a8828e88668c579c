/* Kernels that move elements along loops chosen at compile time: transpose, slice, expand, relayout. */
#ifndef TINYC_WALK_H
#define TINYC_WALK_H

#include "tinyc/move.h"

/* For every step of the outer loops `count` elements, from x[offset] on: steps in elements; those of the innermost loop
 * may be 0 in x (repeat), and all may be negative there (backwards). */
typedef struct {
    int32_t outer; /* loops in use, 0..TC_MOVE_AXES - 1, slowest first */
    int32_t length[TC_MOVE_AXES];
    int32_t x_step[TC_MOVE_AXES];
    int32_t y_step[TC_MOVE_AXES];
    int32_t offset;
    int32_t count;
    int32_t x_inner;
    int32_t y_inner;
} tc_walk;

typedef struct {
    int32_t x;
    int32_t y;
    int32_t index[TC_MOVE_AXES];
} tc_walk_place;

/* Goes on by one step; 0 behind the last one. */
static inline int tc_walk_next(const tc_walk *p, tc_walk_place *place)
{
    for (int32_t axis = p->outer - 1; axis >= 0; axis--) {
        place->x += p->x_step[axis];
        place->y += p->y_step[axis];
        place->index[axis]++;
        if (place->index[axis] < p->length[axis]) {
            return 1;
        }
        place->x -= p->x_step[axis] * p->length[axis];
        place->y -= p->y_step[axis] * p->length[axis];
        place->index[axis] = 0;
    }
    return 0;
}

void tc_move_x8_scalar(const tc_walk *restrict p, const void *x, void *y);
void tc_move_x16_scalar(const tc_walk *restrict p, const void *x, void *y);
void tc_move_x32_scalar(const tc_walk *restrict p, const void *x, void *y);
void tc_move_runs_scalar(const tc_walk *restrict p, const void *x, void *y);

#endif

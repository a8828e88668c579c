/* Two tensors that numpy broadcasting brings to one shape, described by strides. */
#ifndef TINYC_BROADCAST_H
#define TINYC_BROADCAST_H

#include "tinyc/kernel.h"

#define TC_OUTER_AXES 5

/* Axes in memory order, joined at compile time to as few as possible. A stride of 0 repeats an operand. */
typedef struct {
    int32_t rows;                   /* product of outer[] */
    int32_t count;                  /* elements of the innermost axis */
    int32_t a_step;                 /* strides of the innermost axis, in elements */
    int32_t b_step;
    int32_t outer[TC_OUTER_AXES];   /* the other axes, slowest first; 1 where unused */
    int32_t a_outer[TC_OUTER_AXES]; /* their strides */
    int32_t b_outer[TC_OUTER_AXES];
} tc_broadcast;

/* Where a row of the innermost axis starts in both operands. */
typedef struct {
    int32_t a;
    int32_t b;
    int32_t index[TC_OUTER_AXES];
} tc_broadcast_row;

static inline void tc_broadcast_next(const tc_broadcast *restrict s, tc_broadcast_row *restrict row)
{
    for (int32_t axis = TC_OUTER_AXES - 1; axis >= 0; axis--) {
        row->a += s->a_outer[axis];
        row->b += s->b_outer[axis];
        row->index[axis]++;
        if (row->index[axis] < s->outer[axis]) {
            return;
        }
        row->a -= s->a_outer[axis] * s->outer[axis];
        row->b -= s->b_outer[axis] * s->outer[axis];
        row->index[axis] = 0;
    }
}

#endif

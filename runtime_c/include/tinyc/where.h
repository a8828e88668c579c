/* Choice between two tensors, element by element, with broadcasting. y may be a or b, if that has y's full shape. */
#ifndef TINYC_WHERE_H
#define TINYC_WHERE_H

#include "tinyc/broadcast.h"
#include "tinyc/move.h"

/* Axes in memory order, joined at compile time to as few as possible. A stride of 0 repeats an operand. */
typedef struct {
    int32_t rows;           /* product of outer[] */
    int32_t count;          /* elements of the innermost axis */
    int32_t condition_step; /* strides of the innermost axis, in elements */
    int32_t a_step;
    int32_t b_step;
    int32_t outer[TC_OUTER_AXES]; /* the other axes, slowest first; 1 where unused */
    int32_t condition_outer[TC_OUTER_AXES]; /* their strides */
    int32_t a_outer[TC_OUTER_AXES];
    int32_t b_outer[TC_OUTER_AXES];
} tc_broadcast3;

typedef struct {
    tc_broadcast3 shape;
} tc_where;

/* Element at which row 0..rows-1 of the innermost axis starts in the operand with these strides. */
static inline int32_t tc_where_row(const tc_broadcast3 *s, const int32_t *stride, int32_t row)
{
    int32_t offset = 0;
    int32_t rest = row;
    for (int32_t axis = TC_OUTER_AXES - 1; axis >= 0; axis--) {
        offset += (rest % s->outer[axis]) * stride[axis];
        rest /= s->outer[axis];
    }
    return offset;
}

/* Defines kernel NAME for elements of TYPE, whatever they mean. */
#define TC_WHERE(NAME, TYPE)                                                                                      \
    TC_KERNEL void NAME(const tc_where *p, const uint8_t *condition, const void *a, const void *b, void *y)       \
    {                                                                                                             \
        const tc_broadcast3 *s = &p->shape;                                                                       \
        TYPE *to = (TYPE *)y;                                                                                     \
        for (int32_t row = 0; row < s->rows; row++) {                                                             \
            const uint8_t *choice = &condition[tc_where_row(s, s->condition_outer, row)];                         \
            const TYPE *left = &((const TYPE *)a)[tc_where_row(s, s->a_outer, row)];                              \
            const TYPE *right = &((const TYPE *)b)[tc_where_row(s, s->b_outer, row)];                             \
            for (int32_t i = 0; i < s->count; i++) {                                                              \
                to[i] = (*choice != 0u) ? *left : *right;                                                         \
                choice += s->condition_step;                                                                      \
                left += s->a_step;                                                                                \
                right += s->b_step;                                                                               \
            }                                                                                                     \
            to += s->count;                                                                                       \
        }                                                                                                         \
    }

void tc_where_x8_ref(const tc_where *p, const uint8_t *condition, const void *a, const void *b, void *y);
void tc_where_x16_ref(const tc_where *p, const uint8_t *condition, const void *a, const void *b, void *y);
void tc_where_x32_ref(const tc_where *p, const uint8_t *condition, const void *a, const void *b, void *y);
void tc_where_x64_ref(const tc_where *p, const uint8_t *condition, const void *a, const void *b, void *y);

#endif

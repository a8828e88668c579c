/* Places in a flat array from multi-dimensional indices. */
#ifndef TINYC_FLAT_INDEX_H
#define TINYC_FLAT_INDEX_H

#include "tinyc/move.h"

/* y[i] = where i stands, by length and base, + sum over c of inside(indices[i][c], lengths[c]) * strides[c]. */
typedef struct {
    int32_t count;
    int32_t axes; /* in use, 1..TC_MOVE_AXES */
    int32_t length[TC_MOVE_AXES];
    int32_t base[TC_MOVE_AXES];
    int32_t components;
    const int32_t *lengths; /* [components] */
    const int32_t *strides; /* [components] */
} tc_flat_index;

static inline int32_t tc_flat_index_base(const tc_flat_index *p, int32_t i)
{
    int32_t place = 0;
    int32_t rest = i;
    for (int32_t axis = p->axes - 1; axis >= 0; axis--) {
        place += (rest % p->length[axis]) * p->base[axis];
        rest /= p->length[axis];
    }
    return place;
}

/* Defines kernel NAME. Negative indices count from the end; what is outside even so becomes the nearest inside. */
#define TC_FLAT_INDEX(NAME, TYPE)                                                                \
    static int32_t inside(TYPE index, int32_t length)                                            \
    {                                                                                            \
        const TYPE counted = (index < 0) ? (TYPE)(index + length) : index;                       \
        const TYPE raised = (counted < 0) ? 0 : counted;                                         \
        return (raised < length) ? (int32_t)raised : (length - 1);                               \
    }                                                                                            \
                                                                                                 \
    TC_KERNEL void NAME(const tc_flat_index *p, const TYPE *restrict indices, int32_t *restrict y) \
    {                                                                                            \
        for (int32_t i = 0; i < p->count; i++) {                                                 \
            int32_t place = tc_flat_index_base(p, i);                                            \
            for (int32_t c = 0; c < p->components; c++) {                                        \
                place += inside(indices[c], p->lengths[c]) * p->strides[c];                      \
            }                                                                                    \
            y[i] = place;                                                                        \
            indices += p->components;                                                            \
        }                                                                                        \
    }

void tc_flat_index_i32_ref(const tc_flat_index *p, const int32_t *restrict indices, int32_t *restrict y);
void tc_flat_index_i64_ref(const tc_flat_index *p, const int64_t *restrict indices, int32_t *restrict y);

#endif

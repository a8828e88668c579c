/* Padding: parameters and functions. */
#ifndef TINYC_PAD_H
#define TINYC_PAD_H

#include "tinyc/move.h"

#define TC_PAD_AXES 6

typedef enum {
    TC_PAD_CONSTANT = 0, /* the value */
    TC_PAD_REFLECT = 1,  /* x mirrored at its edge, which is not repeated */
    TC_PAD_EDGE = 2,     /* the edge of x */
    TC_PAD_WRAP = 3      /* x again */
} tc_pad_mode;

typedef struct {
    int32_t mode; /* a tc_pad_mode */
    int32_t axes; /* in use, 1..TC_PAD_AXES */
    int32_t in_length[TC_PAD_AXES];
    int32_t out_length[TC_PAD_AXES];
    int32_t begin[TC_PAD_AXES];
    uint32_t value[2]; /* the bits of the element, lowest word first */
} tc_pad;

/* Index into x for a position that may lie outside 0..length-1; -1 stands for the value. */
static inline int32_t tc_pad_index(int32_t mode, int32_t position, int32_t length)
{
    int32_t index = position;
    if ((position >= 0) && (position < length)) {
        return index;
    }
    if (mode == (int32_t)TC_PAD_CONSTANT) {
        index = -1;
    } else if ((mode == (int32_t)TC_PAD_EDGE) || (length == 1)) {
        index = tc_clamp_i32(position, 0, length - 1);
    } else {
        const int32_t period = (mode == (int32_t)TC_PAD_WRAP) ? length : (2 * (length - 1));
        index = position % period;
        index = (index < 0) ? (index + period) : index;
        index = (index < length) ? index : (period - index);
    }
    return index;
}

/* Where row `row` of y (everything but the last axis) starts in x; -1 if the row is all padding. */
static inline int32_t tc_pad_row(const tc_pad *p, int32_t row)
{
    int32_t offset = 0;
    int32_t rest = row;
    int32_t stride = p->in_length[p->axes - 1];
    for (int32_t axis = p->axes - 2; axis >= 0; axis--) {
        const int32_t position = (rest % p->out_length[axis]) - p->begin[axis];
        const int32_t index = tc_pad_index(p->mode, position, p->in_length[axis]);
        if (index < 0) {
            return -1;
        }
        offset += index * stride;
        stride *= p->in_length[axis];
        rest /= p->out_length[axis];
    }
    return offset;
}

static inline int32_t tc_pad_rows(const tc_pad *p)
{
    int32_t rows = 1;
    for (int32_t axis = 0; axis < (p->axes - 1); axis++) {
        rows *= p->out_length[axis];
    }
    return rows;
}

void tc_pad_x8_ref(const tc_pad *restrict p, const void *x, void *y);
void tc_pad_x8_scalar(const tc_pad *restrict p, const void *x, void *y);
void tc_pad_x16_ref(const tc_pad *restrict p, const void *x, void *y);
void tc_pad_x32_ref(const tc_pad *restrict p, const void *x, void *y);
void tc_pad_x64_ref(const tc_pad *restrict p, const void *x, void *y);

#endif

/* Kernels that move elements without looking at them: transpose, slice, expand, relayout. */
#ifndef TINYC_MOVE_H
#define TINYC_MOVE_H

#include "tinyc/kernel.h"

#define TC_MOVE_AXES 8

/* y is filled in order; its element [i0][i1]... comes from x[offset + i0 * stride[0] + i1 * stride[1] + ...].
 * Lengths and strides in elements; a stride may be 0 (repeat) or negative (backwards). */
typedef struct {
    int32_t axes; /* in use, 1..TC_MOVE_AXES */
    int32_t offset;
    int32_t length[TC_MOVE_AXES];
    int32_t stride[TC_MOVE_AXES];
} tc_move;

/* Elements of 8 to 64 bits, whatever they mean. */
#if defined(__GNUC__)
typedef uint8_t tc_x8 __attribute__((may_alias));
typedef uint16_t tc_x16 __attribute__((may_alias));
typedef uint32_t tc_x32 __attribute__((may_alias));
typedef uint64_t tc_x64 __attribute__((may_alias));
#else
typedef uint8_t tc_x8;
typedef uint16_t tc_x16;
typedef uint32_t tc_x32;
typedef uint64_t tc_x64;
#endif

/* Rows of y: everything but the last axis. */
static inline int32_t tc_move_rows(const tc_move *p)
{
    int32_t rows = 1;
    for (int32_t axis = 0; axis < (p->axes - 1); axis++) {
        rows *= p->length[axis];
    }
    return rows;
}

/* Where row 0..tc_move_rows-1 of y starts in x. */
static inline int32_t tc_move_row(const tc_move *p, int32_t row)
{
    int32_t offset = p->offset;
    int32_t rest = row;
    for (int32_t axis = p->axes - 2; axis >= 0; axis--) {
        offset += (rest % p->length[axis]) * p->stride[axis];
        rest /= p->length[axis];
    }
    return offset;
}

void tc_move_x8_ref(const tc_move *restrict p, const void *x, void *y);
void tc_move_x16_ref(const tc_move *restrict p, const void *x, void *y);
void tc_move_x32_ref(const tc_move *restrict p, const void *x, void *y);
void tc_move_x64_ref(const tc_move *restrict p, const void *x, void *y);

#endif

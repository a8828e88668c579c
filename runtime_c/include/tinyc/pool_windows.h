/* Pooling of images without dilation, window by window: parameters and functions of the fast kernels. */
#ifndef TINYC_POOL_WINDOWS_H
#define TINYC_POOL_WINDOWS_H

#include "tinyc/pool.h"

/* An average whose sums, moved up by `up`, are requantised by their upper words: see requant_dsp.h. */
typedef struct {
    tc_pool shape;
    tc_pool_counted counted;
    const int32_t *counts;    /* [factors]: numbers of taps that occur, the greatest first */
    const int32_t *constants; /* [factors][3]: multiplier, offset, k */
    int32_t up;
    int32_t in_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_average_windows_s8;

/* Taps of one window that lie inside the image; there may be none. */
typedef struct {
    int32_t rows;
    int32_t columns;
    int32_t row_step; /* from row to row, in elements; from column to column it is the number of channels */
    int32_t out_row;
    int32_t out_column;
} tc_pool_taps;

/* The part of a window along an axis: where it begins, and its length. */
typedef struct {
    int32_t first;
    int32_t count;
} tc_pool_span;

static inline tc_pool_span tc_pool_span_of(int32_t origin, int32_t taps, int32_t length)
{
    tc_pool_span span;
    span.first = tc_max_i32(origin, 0);
    span.count = tc_min_i32(origin + taps, length) - span.first;
    if (span.count <= 0) {
        span.first = 0;
        span.count = 0;
    }
    return span;
}

/* The window of an output along axis 1 or 2. */
static inline tc_pool_span tc_pool_inside(const tc_pool *s, int32_t axis, int32_t out)
{
    return tc_pool_span_of((out * s->stride[axis]) - s->pad[axis], s->kernel[axis], s->in_length[axis]);
}

/* Taps along an axis that count in an average. */
static inline int32_t tc_pool_counted_along(const tc_pool *s, const tc_pool_counted *counted, int32_t axis, int32_t out)
{
    const int32_t before = counted->before[axis];
    const int32_t length = before + s->in_length[axis] + counted->after[axis];
    return tc_pool_span_of((out * s->stride[axis]) - s->pad[axis] + before, s->kernel[axis], length).count;
}

/* Those of a window, at least 1. */
static inline int32_t tc_pool_counted_taps(const tc_pool *s, const tc_pool_counted *counted, const tc_pool_taps *taps)
{
    const int32_t rows = tc_pool_counted_along(s, counted, 1, taps->out_row);
    return tc_max_i32(rows * tc_pool_counted_along(s, counted, 2, taps->out_column), 1);
}

/* Multiplier, offset and k of a window; the table holds every number of taps that occurs. */
static inline const int32_t *tc_average_constants(const tc_average_windows_s8 *p, const tc_pool_taps *taps)
{
    const int32_t count = tc_pool_counted_taps(&p->shape, &p->counted, taps);
    int32_t index = 0;
    while (p->counts[index] != count) {
        index++;
    }
    return &p->constants[3 * index];
}

void tc_max_pool_s8_dsp(const tc_pool *restrict p, const int8_t *x, int8_t *y);
void tc_max_pool_s8_mve(const tc_pool *restrict p, const int8_t *x, int8_t *y);
void tc_max_pool_s8_scalar(const tc_pool *restrict p, const int8_t *x, int8_t *y);
void tc_max_pool_f32_scalar(const tc_pool *restrict p, const float *x, float *y);
void tc_average_pool_f32_scalar(const tc_average_pool_f32 *restrict p, const float *x, float *y);
void tc_average_pool_s8_dsp(const tc_average_windows_s8 *restrict p, const int8_t *x, int8_t *y);
void tc_average_pool_s8_mve(const tc_average_windows_s8 *restrict p, const int8_t *x, int8_t *y);
void tc_average_pool_s8_scalar(const tc_average_windows_s8 *restrict p, const int8_t *x, int8_t *y);

#endif

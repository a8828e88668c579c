/* Axes stretched or shrunk: x is [outer][in_length 0, 1, 2][inner], y is [outer][out_length 0, 1, 2][inner]. */
#ifndef TINYC_RESIZE_H
#define TINYC_RESIZE_H

#include "tinyc/kernel.h"

#define TC_RESIZE_AXES 3

typedef struct {
    int32_t outer;
    int32_t in_length[TC_RESIZE_AXES];
    int32_t out_length[TC_RESIZE_AXES];
    int32_t inner; /* elements; bytes for the nearest element */
} tc_resize_shape;

typedef struct {
    tc_resize_shape shape;
    const int32_t *index0; /* [out_length[axis]]: element of x; -1 outside */
    const int32_t *index1;
    const int32_t *index2;
    int32_t element_bytes;
    const uint8_t *outside; /* [element_bytes]: what stands outside */
} tc_resize_nearest;

typedef struct {
    tc_resize_shape shape;
    int32_t taps[TC_RESIZE_AXES];
    const int32_t *first0; /* [out_length[axis]]: first neighbour in x; -1 outside */
    const int32_t *first1;
    const int32_t *first2;
    const float *weights0; /* [out_length[axis]][taps[axis]] */
    const float *weights1;
    const float *weights2;
    float outside; /* what stands outside */
} tc_resize_f32;

typedef struct {
    tc_resize_shape shape;
    int32_t taps[TC_RESIZE_AXES];
    const int32_t *first0; /* [out_length[axis]]: first neighbour in x; -1 outside */
    const int32_t *first1;
    const int32_t *first2;
    const int32_t *weights0; /* [out_length[axis]][taps[axis]] */
    const int32_t *weights1;
    const int32_t *weights2;
    int32_t multiplier; /* scale_x / scale_y, divided by what the weights of one output add up to */
    int32_t shift;
    int32_t in_zero_point;
    int32_t out_zero_point;
    int32_t outside; /* what stands outside */
} tc_resize_s8;

void tc_resize_nearest_any_ref(const tc_resize_nearest *restrict p, const void *x, void *y);
void tc_resize_f32_ref(const tc_resize_f32 *restrict p, const float *x, float *y);
void tc_resize_s8_ref(const tc_resize_s8 *restrict p, const int8_t *x, int8_t *y);

#endif

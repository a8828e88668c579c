/* Product of two run-time matrices, in batches: parameters and functions. */
#ifndef TINYC_MATMUL_H
#define TINYC_MATMUL_H

#include "tinyc/kernel.h"

#define TC_MATMUL_AXES 4

/* y [batch][rows][columns] = a [..][rows][inner] * b [..][inner][columns]; a matrix may serve several batches. */
typedef struct {
    int32_t rows;
    int32_t inner;
    int32_t columns;
    int32_t batch;                    /* product of the lengths */
    int32_t length[TC_MATMUL_AXES];   /* batch axes, slowest first; unused ones have length 1 */
    int32_t a_stride[TC_MATMUL_AXES]; /* in elements; 0 where a is repeated */
    int32_t b_stride[TC_MATMUL_AXES];
} tc_matmul;

typedef struct {
    tc_matmul shape;
    float low; /* bounds of the fused activation */
    float high;
} tc_matmul_f32;

typedef struct {
    tc_matmul shape;
    int32_t multiplier; /* scale_a * scale_b / scale_y */
    int32_t shift;
    int32_t a_zero_point;
    int32_t b_zero_point;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_matmul_s8;

/* Where the matrix of a batch starts, with the strides of a or b. */
static inline int32_t tc_matmul_start(const tc_matmul *s, const int32_t *stride, int32_t batch)
{
    int32_t offset = 0;
    int32_t rest = batch;
    for (int32_t axis = TC_MATMUL_AXES - 1; axis >= 0; axis--) {
        offset += (rest % s->length[axis]) * stride[axis];
        rest /= s->length[axis];
    }
    return offset;
}

void tc_matmul_f32_ref(const tc_matmul_f32 *p, const float *restrict a, const float *restrict b, float *restrict y);
void tc_matmul_s8_ref(const tc_matmul_s8 *p, const int8_t *restrict a, const int8_t *restrict b, int8_t *restrict y);
void tc_matmul_s16_ref(const tc_matmul_s8 *p, const int16_t *restrict a, const int16_t *restrict b, int16_t *restrict y);

#endif

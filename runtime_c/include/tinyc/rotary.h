/* Rotary position embedding: parameters and functions. */
#ifndef TINYC_ROTARY_H
#define TINYC_ROTARY_H

#include "tinyc/kernel.h"

#define TC_ROTARY_AXES 3

/* Pair i of a head are the elements i * step and i * step + distance. */
typedef struct {
    int32_t batch;
    int32_t heads;
    int32_t positions;
    int32_t width; /* of a head; elements behind the pairs stay */
    int32_t pairs;
    int32_t step;
    int32_t distance;
    int32_t stride[TC_ROTARY_AXES]; /* of batches, heads, positions, in elements */
    int32_t cache_stride;           /* of batches in cos and sin; 0 where they serve all */
} tc_rotary_f32;

void tc_rotary_f32_ref(const tc_rotary_f32 *p, const float *x, const float *restrict cosine,
                       const float *restrict sine, float *y);

#endif

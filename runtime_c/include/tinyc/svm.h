/* Support vector machines: parameters and functions. */
#ifndef TINYC_SVM_H
#define TINYC_SVM_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t rows;
    int32_t features;
    int32_t points;
    const float *vectors; /* [points][features] */
} tc_squared_distance;

typedef struct {
    int32_t rows;
    int32_t classes;
    int32_t rounds;  /* at most this many iterations */
    float precision; /* largest error of an equation at which they end */
} tc_pairwise_coupling;

void tc_squared_distance_f32_ref(const tc_squared_distance *p, const float *restrict x, float *restrict y);
void tc_pairwise_coupling_f32_ref(const tc_pairwise_coupling *p, const float *restrict x, float *restrict y,
                                  void *restrict scratch);

#endif

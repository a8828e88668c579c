/* Determinants of square matrices. */
#ifndef TINYC_DET_H
#define TINYC_DET_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t matrices;
    int32_t rows;
} tc_det;

void tc_det_f32_ref(const tc_det *p, const float *restrict x, float *restrict y, void *restrict scratch);

#endif

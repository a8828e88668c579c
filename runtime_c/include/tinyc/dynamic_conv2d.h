/* Convolutions whose input becomes int8 at run time (dynamic.h): functions. */
#ifndef TINYC_DYNAMIC_CONV2D_H
#define TINYC_DYNAMIC_CONV2D_H

#include "tinyc/conv.h"

void tc_dynamic_conv2d_f32w8_ref(const tc_conv2d_f32q *p, const float *restrict x, float *restrict y, void *scratch);
void tc_dynamic_conv2d_f32w4_ref(const tc_conv2d_f32q *p, const float *restrict x, float *restrict y, void *scratch);
void tc_dynamic_conv2d_f32w2_ref(const tc_conv2d_f32q *p, const float *restrict x, float *restrict y, void *scratch);

#endif

/* Products of two matrices that become int8 at run time (dynamic.h): functions. */
#ifndef TINYC_DYNAMIC_MATMUL_H
#define TINYC_DYNAMIC_MATMUL_H

#include "tinyc/matmul.h"

void tc_dynamic_matmul_f32_ref(const tc_matmul_f32 *p, const float *restrict a, const float *restrict b,
                               float *restrict y, void *scratch);

#endif

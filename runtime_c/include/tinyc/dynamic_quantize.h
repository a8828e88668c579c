/* Quantisation whose scale follows the data. */
#ifndef TINYC_DYNAMIC_QUANTIZE_H
#define TINYC_DYNAMIC_QUANTIZE_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t count;
} tc_dynamic_quantize;

void tc_dynamic_quantize_f32_u8_ref(const tc_dynamic_quantize *p, const float *restrict x, uint8_t *restrict y,
                                    float *restrict scale, uint8_t *restrict zero_point);

#endif

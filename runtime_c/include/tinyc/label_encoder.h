/* Numbers looked up in a table of keys: parameters and functions. */
#ifndef TINYC_LABEL_ENCODER_H
#define TINYC_LABEL_ENCODER_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t count;
    int32_t keys;
    int32_t value_bytes;
} tc_label_encode;

void tc_label_encode_f32_ref(const tc_label_encode *p, const float *restrict x, const float *restrict keys,
                             const void *restrict values, void *restrict y);
void tc_label_encode_i64_ref(const tc_label_encode *p, const int64_t *restrict x, const int64_t *restrict keys,
                             const void *restrict values, void *restrict y);

#endif

/* Change of number format. */
#ifndef TINYC_CAST_H
#define TINYC_CAST_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t count; /* elements */
} tc_cast;

/* Defines kernel NAME: y[i] = EXPRESSION of v = x[i]. */
#define TC_CAST(NAME, FROM, TO, EXPRESSION)                                            \
    TC_KERNEL void NAME(const tc_cast *p, const FROM *restrict x, TO *restrict y)      \
    {                                                                                  \
        for (int32_t i = 0; i < p->count; i++) {                                       \
            const FROM v = x[i];                                                       \
            y[i] = (EXPRESSION);                                                       \
        }                                                                              \
    }

void tc_cast_f32_i8_ref(const tc_cast *p, const float *restrict x, int8_t *restrict y);
void tc_cast_f32_u8_ref(const tc_cast *p, const float *restrict x, uint8_t *restrict y);
void tc_cast_f32_i16_ref(const tc_cast *p, const float *restrict x, int16_t *restrict y);
void tc_cast_f32_i32_ref(const tc_cast *p, const float *restrict x, int32_t *restrict y);
void tc_cast_f32_i64_ref(const tc_cast *p, const float *restrict x, int64_t *restrict y);
void tc_cast_f32_bool_ref(const tc_cast *p, const float *restrict x, uint8_t *restrict y);
void tc_cast_i8_f32_ref(const tc_cast *p, const int8_t *restrict x, float *restrict y);
void tc_cast_i8_u8_ref(const tc_cast *p, const int8_t *restrict x, uint8_t *restrict y);
void tc_cast_i8_i16_ref(const tc_cast *p, const int8_t *restrict x, int16_t *restrict y);
void tc_cast_i8_i32_ref(const tc_cast *p, const int8_t *restrict x, int32_t *restrict y);
void tc_cast_i8_i64_ref(const tc_cast *p, const int8_t *restrict x, int64_t *restrict y);
void tc_cast_i8_bool_ref(const tc_cast *p, const int8_t *restrict x, uint8_t *restrict y);
void tc_cast_u8_f32_ref(const tc_cast *p, const uint8_t *restrict x, float *restrict y);
void tc_cast_u8_i8_ref(const tc_cast *p, const uint8_t *restrict x, int8_t *restrict y);
void tc_cast_u8_i16_ref(const tc_cast *p, const uint8_t *restrict x, int16_t *restrict y);
void tc_cast_u8_i32_ref(const tc_cast *p, const uint8_t *restrict x, int32_t *restrict y);
void tc_cast_u8_i64_ref(const tc_cast *p, const uint8_t *restrict x, int64_t *restrict y);
void tc_cast_u8_bool_ref(const tc_cast *p, const uint8_t *restrict x, uint8_t *restrict y);
void tc_cast_i16_f32_ref(const tc_cast *p, const int16_t *restrict x, float *restrict y);
void tc_cast_i16_i8_ref(const tc_cast *p, const int16_t *restrict x, int8_t *restrict y);
void tc_cast_i16_u8_ref(const tc_cast *p, const int16_t *restrict x, uint8_t *restrict y);
void tc_cast_i16_i32_ref(const tc_cast *p, const int16_t *restrict x, int32_t *restrict y);
void tc_cast_i16_i64_ref(const tc_cast *p, const int16_t *restrict x, int64_t *restrict y);
void tc_cast_i16_bool_ref(const tc_cast *p, const int16_t *restrict x, uint8_t *restrict y);
void tc_cast_i32_f32_ref(const tc_cast *p, const int32_t *restrict x, float *restrict y);
void tc_cast_i32_i8_ref(const tc_cast *p, const int32_t *restrict x, int8_t *restrict y);
void tc_cast_i32_u8_ref(const tc_cast *p, const int32_t *restrict x, uint8_t *restrict y);
void tc_cast_i32_i16_ref(const tc_cast *p, const int32_t *restrict x, int16_t *restrict y);
void tc_cast_i32_i64_ref(const tc_cast *p, const int32_t *restrict x, int64_t *restrict y);
void tc_cast_i32_bool_ref(const tc_cast *p, const int32_t *restrict x, uint8_t *restrict y);
void tc_cast_i64_f32_ref(const tc_cast *p, const int64_t *restrict x, float *restrict y);
void tc_cast_i64_i8_ref(const tc_cast *p, const int64_t *restrict x, int8_t *restrict y);
void tc_cast_i64_u8_ref(const tc_cast *p, const int64_t *restrict x, uint8_t *restrict y);
void tc_cast_i64_i16_ref(const tc_cast *p, const int64_t *restrict x, int16_t *restrict y);
void tc_cast_i64_i32_ref(const tc_cast *p, const int64_t *restrict x, int32_t *restrict y);
void tc_cast_i64_bool_ref(const tc_cast *p, const int64_t *restrict x, uint8_t *restrict y);

#endif

/* Comparisons of two tensors, element by element, with broadcasting; y is 1 or 0. */
#ifndef TINYC_COMPARE_H
#define TINYC_COMPARE_H

#include "tinyc/binary.h"

void tc_equal_f32_ref(const tc_binary *p, const float *a, const float *b, uint8_t *y);
void tc_equal_i8_ref(const tc_binary *p, const int8_t *a, const int8_t *b, uint8_t *y);
void tc_equal_u8_ref(const tc_binary *p, const uint8_t *a, const uint8_t *b, uint8_t *y);
void tc_equal_i16_ref(const tc_binary *p, const int16_t *a, const int16_t *b, uint8_t *y);
void tc_equal_i32_ref(const tc_binary *p, const int32_t *a, const int32_t *b, uint8_t *y);
void tc_equal_i64_ref(const tc_binary *p, const int64_t *a, const int64_t *b, uint8_t *y);
void tc_less_f32_ref(const tc_binary *p, const float *a, const float *b, uint8_t *y);
void tc_less_i8_ref(const tc_binary *p, const int8_t *a, const int8_t *b, uint8_t *y);
void tc_less_u8_ref(const tc_binary *p, const uint8_t *a, const uint8_t *b, uint8_t *y);
void tc_less_i16_ref(const tc_binary *p, const int16_t *a, const int16_t *b, uint8_t *y);
void tc_less_i32_ref(const tc_binary *p, const int32_t *a, const int32_t *b, uint8_t *y);
void tc_less_i64_ref(const tc_binary *p, const int64_t *a, const int64_t *b, uint8_t *y);
void tc_less_or_equal_f32_ref(const tc_binary *p, const float *a, const float *b, uint8_t *y);
void tc_less_or_equal_i8_ref(const tc_binary *p, const int8_t *a, const int8_t *b, uint8_t *y);
void tc_less_or_equal_u8_ref(const tc_binary *p, const uint8_t *a, const uint8_t *b, uint8_t *y);
void tc_less_or_equal_i16_ref(const tc_binary *p, const int16_t *a, const int16_t *b, uint8_t *y);
void tc_less_or_equal_i32_ref(const tc_binary *p, const int32_t *a, const int32_t *b, uint8_t *y);
void tc_less_or_equal_i64_ref(const tc_binary *p, const int64_t *a, const int64_t *b, uint8_t *y);

#endif

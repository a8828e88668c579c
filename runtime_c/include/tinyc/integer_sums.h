/* Products of plain integer tensors with int32 results: parameters and functions. */
#ifndef TINYC_INTEGER_SUMS_H
#define TINYC_INTEGER_SUMS_H

#include "tinyc/conv.h"
#include "tinyc/matmul.h"

typedef struct {
    tc_matmul shape;
    int32_t a_zero_step; /* 1: one zero point for each row of a; 0: one for all */
    int32_t b_zero_step; /* 1: one zero point for each column of b; 0: one for all */
} tc_matmul_integer;

/* Tensors lie in the order of their axes: x [batch][channels][height][width], w [outputs][channels][height][width]. */
typedef struct {
    tc_conv2d_shape shape;
    int32_t w_zero_step; /* 1: one zero point for each output channel; 0: one for all */
} tc_conv_integer;

void tc_matmul_integer_u8u8_ref(const tc_matmul_integer *p, const uint8_t *restrict a, const uint8_t *restrict b,
                                const uint8_t *a_zero, const uint8_t *b_zero, int32_t *restrict y);
void tc_matmul_integer_u8i8_ref(const tc_matmul_integer *p, const uint8_t *restrict a, const int8_t *restrict b,
                                const uint8_t *a_zero, const int8_t *b_zero, int32_t *restrict y);
void tc_matmul_integer_i8u8_ref(const tc_matmul_integer *p, const int8_t *restrict a, const uint8_t *restrict b,
                                const int8_t *a_zero, const uint8_t *b_zero, int32_t *restrict y);
void tc_matmul_integer_i8i8_ref(const tc_matmul_integer *p, const int8_t *restrict a, const int8_t *restrict b,
                                const int8_t *a_zero, const int8_t *b_zero, int32_t *restrict y);
void tc_conv_integer_u8u8_ref(const tc_conv_integer *p, const uint8_t *restrict x, const uint8_t *restrict w,
                              const uint8_t *x_zero, const uint8_t *w_zero, int32_t *restrict y);
void tc_conv_integer_u8i8_ref(const tc_conv_integer *p, const uint8_t *restrict x, const int8_t *restrict w,
                              const uint8_t *x_zero, const int8_t *w_zero, int32_t *restrict y);
void tc_conv_integer_i8u8_ref(const tc_conv_integer *p, const int8_t *restrict x, const uint8_t *restrict w,
                              const int8_t *x_zero, const uint8_t *w_zero, int32_t *restrict y);
void tc_conv_integer_i8i8_ref(const tc_conv_integer *p, const int8_t *restrict x, const int8_t *restrict w,
                              const int8_t *x_zero, const int8_t *w_zero, int32_t *restrict y);

#endif

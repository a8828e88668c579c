/* Functions of two tensors, element by element, with broadcasting. y may be an operand of y's full shape. */
#ifndef TINYC_BINARY_H
#define TINYC_BINARY_H

#include "tinyc/broadcast.h"

typedef struct {
    tc_broadcast shape;
} tc_binary;

typedef struct {
    tc_broadcast shape;
    float low; /* bounds of the fused activation */
    float high;
} tc_binary_clamp;

/* y = saturate(out_zero_point + ((a * a_multiplier + b * b_multiplier + offset) >> shift)). */
typedef struct {
    tc_broadcast shape;
    int32_t a_multiplier;
    int32_t b_multiplier; /* negative in a difference */
    int32_t offset;       /* 2^(shift - 1), less the zero points times their multipliers */
    int32_t shift;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_sum_s8;

typedef struct {
    tc_broadcast shape;
    int32_t a_zero_point;
    int32_t b_zero_point;
    int32_t multiplier; /* scale_a * scale_b / scale_y */
    int32_t shift;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_mul_s8;

/* y = saturate(out_zero_point + (((a - a_zero_point) * a_multiplier + (b - b_zero_point) * b_multiplier
 *              + 2^(shift - 1)) >> shift)), in 64 bits. */
typedef struct {
    tc_broadcast shape;
    int32_t a_zero_point;
    int32_t b_zero_point;
    int32_t a_multiplier;
    int32_t b_multiplier; /* negative in a difference */
    int32_t shift;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_sum_s16;

/* Defines function NAME: y = EXPRESSION of the elements l of a and r of b, and of p. */
#define TC_BINARY_BODY(NAME, PARAMS, LEFT, RIGHT, RESULT, EXPRESSION)                         \
    void NAME(const PARAMS *restrict p, const LEFT *a, const RIGHT *b, RESULT *y)             \
    {                                                                                         \
        tc_broadcast_row row = {0};                                                           \
        for (int32_t done = 0; done < p->shape.rows; done++) {                                \
            const LEFT *left = &a[row.a];                                                     \
            const RIGHT *right = &b[row.b];                                                   \
            for (int32_t i = 0; i < p->shape.count; i++) {                                    \
                const LEFT l = *left;                                                         \
                const RIGHT r = *right;                                                       \
                y[i] = (EXPRESSION);                                                          \
                left += p->shape.a_step;                                                      \
                right += p->shape.b_step;                                                     \
            }                                                                                 \
            y += p->shape.count;                                                              \
            tc_broadcast_next(&p->shape, &row);                                               \
        }                                                                                     \
    }

/* Defines kernel NAME, whose operands have one format. */
#define TC_BINARY(NAME, PARAMS, TYPE, RESULT, EXPRESSION) \
    TC_KERNEL TC_BINARY_BODY(NAME, PARAMS, TYPE, TYPE, RESULT, EXPRESSION)

void tc_sum_s8_ref(const tc_sum_s8 *p, const int8_t *a, const int8_t *b, int8_t *y);
void tc_mul_s8_ref(const tc_mul_s8 *p, const int8_t *a, const int8_t *b, int8_t *y);
void tc_sum_s16_ref(const tc_sum_s16 *p, const int16_t *a, const int16_t *b, int16_t *y);
void tc_sum_s16_dsp(const tc_sum_s16 *p, const int16_t *a, const int16_t *b, int16_t *y);
void tc_mul_s16_ref(const tc_mul_s8 *p, const int16_t *a, const int16_t *b, int16_t *y);

void tc_add_f32_ref(const tc_binary_clamp *p, const float *a, const float *b, float *y);
void tc_add_i8_ref(const tc_binary *p, const int8_t *a, const int8_t *b, int8_t *y);
void tc_add_u8_ref(const tc_binary *p, const uint8_t *a, const uint8_t *b, uint8_t *y);
void tc_add_i16_ref(const tc_binary *p, const int16_t *a, const int16_t *b, int16_t *y);
void tc_add_i32_ref(const tc_binary *p, const int32_t *a, const int32_t *b, int32_t *y);
void tc_add_i64_ref(const tc_binary *p, const int64_t *a, const int64_t *b, int64_t *y);
void tc_sub_f32_ref(const tc_binary_clamp *p, const float *a, const float *b, float *y);
void tc_sub_i8_ref(const tc_binary *p, const int8_t *a, const int8_t *b, int8_t *y);
void tc_sub_u8_ref(const tc_binary *p, const uint8_t *a, const uint8_t *b, uint8_t *y);
void tc_sub_i16_ref(const tc_binary *p, const int16_t *a, const int16_t *b, int16_t *y);
void tc_sub_i32_ref(const tc_binary *p, const int32_t *a, const int32_t *b, int32_t *y);
void tc_sub_i64_ref(const tc_binary *p, const int64_t *a, const int64_t *b, int64_t *y);
void tc_mul_f32_ref(const tc_binary_clamp *p, const float *a, const float *b, float *y);
void tc_mul_i8_ref(const tc_binary *p, const int8_t *a, const int8_t *b, int8_t *y);
void tc_mul_u8_ref(const tc_binary *p, const uint8_t *a, const uint8_t *b, uint8_t *y);
void tc_mul_i16_ref(const tc_binary *p, const int16_t *a, const int16_t *b, int16_t *y);
void tc_mul_i32_ref(const tc_binary *p, const int32_t *a, const int32_t *b, int32_t *y);
void tc_mul_i64_ref(const tc_binary *p, const int64_t *a, const int64_t *b, int64_t *y);
void tc_div_f32_ref(const tc_binary_clamp *p, const float *a, const float *b, float *y);
void tc_div_i8_ref(const tc_binary *p, const int8_t *a, const int8_t *b, int8_t *y);
void tc_div_u8_ref(const tc_binary *p, const uint8_t *a, const uint8_t *b, uint8_t *y);
void tc_div_i16_ref(const tc_binary *p, const int16_t *a, const int16_t *b, int16_t *y);
void tc_div_i32_ref(const tc_binary *p, const int32_t *a, const int32_t *b, int32_t *y);
void tc_div_i64_ref(const tc_binary *p, const int64_t *a, const int64_t *b, int64_t *y);
void tc_min_f32_ref(const tc_binary *p, const float *a, const float *b, float *y);
void tc_min_i8_ref(const tc_binary *p, const int8_t *a, const int8_t *b, int8_t *y);
void tc_min_u8_ref(const tc_binary *p, const uint8_t *a, const uint8_t *b, uint8_t *y);
void tc_min_i16_ref(const tc_binary *p, const int16_t *a, const int16_t *b, int16_t *y);
void tc_min_i32_ref(const tc_binary *p, const int32_t *a, const int32_t *b, int32_t *y);
void tc_min_i64_ref(const tc_binary *p, const int64_t *a, const int64_t *b, int64_t *y);
void tc_max_f32_ref(const tc_binary *p, const float *a, const float *b, float *y);
void tc_max_i8_ref(const tc_binary *p, const int8_t *a, const int8_t *b, int8_t *y);
void tc_max_u8_ref(const tc_binary *p, const uint8_t *a, const uint8_t *b, uint8_t *y);
void tc_max_i16_ref(const tc_binary *p, const int16_t *a, const int16_t *b, int16_t *y);
void tc_max_i32_ref(const tc_binary *p, const int32_t *a, const int32_t *b, int32_t *y);
void tc_max_i64_ref(const tc_binary *p, const int64_t *a, const int64_t *b, int64_t *y);
void tc_pow_f32_ref(const tc_binary *p, const float *a, const float *b, float *y);
void tc_prelu_f32_ref(const tc_binary *p, const float *a, const float *b, float *y);

#endif

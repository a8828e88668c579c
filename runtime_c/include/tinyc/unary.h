/* Functions of one tensor, element by element. Tensors lie in one order of axes; y may be x. */
#ifndef TINYC_UNARY_H
#define TINYC_UNARY_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t count; /* elements */
} tc_unary;

/* One number of the function, as its kernel names it. */
typedef struct {
    int32_t count;
    float alpha;
} tc_unary_alpha;

/* Two numbers of the function, as its kernel names them. */
typedef struct {
    int32_t count;
    float alpha;
    float beta;
} tc_unary_alpha_beta;

/* Bounds of a clip of plain integers. */
typedef struct {
    int32_t count;
    int64_t low;
    int64_t high;
} tc_unary_bounds;

typedef struct {
    int32_t count;
    const int8_t *table; /* [256]: output for each input, from -128 up */
} tc_lut_s8;

typedef struct {
    int32_t count;
    const uint8_t *table; /* [256]: output for each input, as bytes: 0 to 127, then -128 to -1 */
} tc_lut_bytes;

typedef struct {
    int32_t count;
    int32_t down;         /* bits of an input between two knots */
    const int32_t *knots; /* [2^(16 - down) + 1]: outputs for inputs from -32768 up, 2^down apart, within +-2^18 */
} tc_curve_s16;

/* Defines kernel NAME: y[i] = EXPRESSION of v = x[i] and of p. */
#define TC_UNARY(NAME, PARAMS, TYPE, EXPRESSION)                                \
    TC_KERNEL void NAME(const PARAMS *restrict p, const TYPE *x, TYPE *y)       \
    {                                                                           \
        for (int32_t i = 0; i < p->count; i++) {                                \
            const TYPE v = x[i];                                                \
            y[i] = (EXPRESSION);                                                \
        }                                                                       \
    }

void tc_curve_s16_ref(const tc_curve_s16 *p, const int16_t *x, int16_t *y);
void tc_lut_s8_ref(const tc_lut_s8 *p, const int8_t *x, int8_t *y);
void tc_lut_s8_scalar(const tc_lut_bytes *p, const int8_t *x, int8_t *y);
void tc_lut_s8_mve(const tc_lut_bytes *p, const int8_t *x, int8_t *y);

void tc_abs_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_acos_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_acosh_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_asin_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_asinh_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_atan_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_atanh_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_ceil_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_celu_f32_ref(const tc_unary_alpha *p, const float *x, float *y);
void tc_clip_f32_ref(const tc_unary_alpha_beta *p, const float *x, float *y);
void tc_cos_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_cosh_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_elu_f32_ref(const tc_unary_alpha *p, const float *x, float *y);
void tc_erf_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_exp_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_floor_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_gelu_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_gelu_tanh_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_hard_sigmoid_f32_ref(const tc_unary_alpha_beta *p, const float *x, float *y);
void tc_hard_swish_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_leaky_relu_f32_ref(const tc_unary_alpha *p, const float *x, float *y);
void tc_log_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_mish_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_neg_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_reciprocal_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_relu_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_round_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_selu_f32_ref(const tc_unary_alpha_beta *p, const float *x, float *y);
void tc_shrink_f32_ref(const tc_unary_alpha_beta *p, const float *x, float *y);
void tc_sigmoid_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_sign_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_sin_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_sinh_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_softplus_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_softsign_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_sqrt_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_swish_f32_ref(const tc_unary_alpha *p, const float *x, float *y);
void tc_tan_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_tanh_f32_ref(const tc_unary *p, const float *x, float *y);
void tc_thresholded_relu_f32_ref(const tc_unary_alpha *p, const float *x, float *y);
void tc_abs_i8_ref(const tc_unary *p, const int8_t *x, int8_t *y);
void tc_abs_i16_ref(const tc_unary *p, const int16_t *x, int16_t *y);
void tc_abs_i32_ref(const tc_unary *p, const int32_t *x, int32_t *y);
void tc_abs_i64_ref(const tc_unary *p, const int64_t *x, int64_t *y);
void tc_clip_i8_ref(const tc_unary_bounds *p, const int8_t *x, int8_t *y);
void tc_clip_u8_ref(const tc_unary_bounds *p, const uint8_t *x, uint8_t *y);
void tc_clip_i16_ref(const tc_unary_bounds *p, const int16_t *x, int16_t *y);
void tc_clip_i32_ref(const tc_unary_bounds *p, const int32_t *x, int32_t *y);
void tc_clip_i64_ref(const tc_unary_bounds *p, const int64_t *x, int64_t *y);
void tc_neg_i8_ref(const tc_unary *p, const int8_t *x, int8_t *y);
void tc_neg_i16_ref(const tc_unary *p, const int16_t *x, int16_t *y);
void tc_neg_i32_ref(const tc_unary *p, const int32_t *x, int32_t *y);
void tc_neg_i64_ref(const tc_unary *p, const int64_t *x, int64_t *y);
void tc_sign_i8_ref(const tc_unary *p, const int8_t *x, int8_t *y);
void tc_sign_i16_ref(const tc_unary *p, const int16_t *x, int16_t *y);
void tc_sign_i32_ref(const tc_unary *p, const int32_t *x, int32_t *y);
void tc_sign_i64_ref(const tc_unary *p, const int64_t *x, int64_t *y);

#endif

/* Between float and quantised integers. */
#ifndef TINYC_QUANTIZE_H
#define TINYC_QUANTIZE_H

#include "tinyc/kernel.h"

/* Elements in memory order are [outer][channels][inner]; per tensor, channels is 1. */
typedef struct {
    int32_t outer;
    int32_t channels;
    int32_t inner;
    const float *scale;        /* [channels] */
    const int32_t *zero_point; /* [channels] */
} tc_quantize;

typedef struct {
    int32_t count;
    int32_t in_zero_point;
    int32_t multiplier; /* scale_x / scale_y */
    int32_t shift;
    int32_t out_zero_point;
} tc_requantize_s8;

typedef struct {
    int32_t count;
    int32_t in_zero_point;
    int32_t multiplier; /* scale_x / scale_y */
    int32_t shift;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by an activation */
    int32_t high;
} tc_rescale;

typedef struct {
    int32_t count;
} tc_recentre;

/* The nearest integer, ties to even, of a value saturated to +-2^22; NaN gives 0. Needs no math library. */
static inline int32_t tc_round_even(float value)
{
    const float limit = 4194304.0f;
    const float bounded = tc_clamp_f32(value, -limit, limit);
    const int32_t whole = (bounded == bounded) ? (int32_t)bounded : 0;
    const float rest = bounded - (float)whole;
    const int32_t odd = whole % 2;
    if ((rest > 0.5f) || ((rest == 0.5f) && (odd != 0))) {
        return whole + 1;
    }
    if ((rest < -0.5f) || ((rest == -0.5f) && (odd != 0))) {
        return whole - 1;
    }
    return whole;
}

void tc_quantize_f32_s8_ref(const tc_quantize *restrict p, const float *x, int8_t *y);
void tc_quantize_f32_s16_ref(const tc_quantize *p, const float *restrict x, int16_t *restrict y);
void tc_dequantize_s16_f32_ref(const tc_quantize *p, const int16_t *restrict x, float *restrict y);
void tc_dequantize_s8_f32_ref(const tc_quantize *restrict p, const int8_t *x, float *y);
void tc_dequantize_s32_f32_ref(const tc_quantize *p, const int32_t *restrict x, float *restrict y);
void tc_requantize_s8_ref(const tc_requantize_s8 *p, const int8_t *x, int8_t *y);
void tc_rescale_s8_s16_ref(const tc_rescale *restrict p, const int8_t *x, int16_t *y);
void tc_rescale_s16_s8_ref(const tc_rescale *restrict p, const int16_t *x, int8_t *y);
void tc_rescale_s16_s16_ref(const tc_rescale *p, const int16_t *x, int16_t *y);
void tc_recentre_u8_s8_ref(const tc_recentre *restrict p, const uint8_t *x, int8_t *y);
void tc_recentre_s8_u8_ref(const tc_recentre *restrict p, const int8_t *x, uint8_t *y);

#endif

/* Between real numbers and tensors of the model's number formats. */
#ifndef TINYC_CONVERT_H
#define TINYC_CONVERT_H

#include "tinyc/kernel.h"

/* value / scale rounded half to even, within [low, high] after adding zero_point; NaN gives zero_point.
 * |zero_point| is at most 32768. */
static inline int32_t tc_quantize_value(float value, float scale, int32_t zero_point, int32_t low, int32_t high)
{
    const float steps = value / scale;
    if (steps != steps) {
        return tc_clamp_i32(zero_point, low, high);
    }
    const float bounded = tc_clamp_f32(steps, -131072.0f, 131072.0f);
    int32_t whole = (int32_t)bounded;
    const float rest = bounded - (float)whole;
    if ((rest > 0.5f) || ((rest == 0.5f) && ((whole % 2) != 0))) {
        whole++;
    } else if ((rest < -0.5f) || ((rest == -0.5f) && ((whole % 2) != 0))) {
        whole--;
    } else {
        /* already the nearest */
    }
    return tc_clamp_i32(whole + zero_point, low, high);
}

static inline void tc_quantize_s8(const float *from, int8_t *to, size_t count, float scale, int32_t zero_point)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = (int8_t)tc_quantize_value(from[i], scale, zero_point, INT8_MIN, INT8_MAX);
    }
}

static inline void tc_quantize_u8(const float *from, uint8_t *to, size_t count, float scale, int32_t zero_point)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = (uint8_t)tc_quantize_value(from[i], scale, zero_point, 0, UINT8_MAX);
    }
}

static inline void tc_quantize_s16(const float *from, int16_t *to, size_t count, float scale, int32_t zero_point)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = (int16_t)tc_quantize_value(from[i], scale, zero_point, INT16_MIN, INT16_MAX);
    }
}

/* int32 tensors, such as accumulators; values beyond 2^30 steps saturate there. */
static inline void tc_quantize_s32(const float *from, int32_t *to, size_t count, float scale, int32_t zero_point)
{
    for (size_t i = 0; i < count; i++) {
        const float steps = tc_clamp_f32(from[i] / scale, -1073741824.0f, 1073741824.0f);
        const float half = (steps < 0.0f) ? -0.5f : 0.5f;
        to[i] = (steps == steps) ? ((int32_t)(steps + half) + zero_point) : zero_point;
    }
}

static inline void tc_dequantize_s32(const int32_t *from, float *to, size_t count, float scale, int32_t zero_point)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = scale * ((float)from[i] - (float)zero_point);
    }
}

static inline void tc_dequantize_s8(const int8_t *from, float *to, size_t count, float scale, int32_t zero_point)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = scale * (float)(from[i] - zero_point);
    }
}

static inline void tc_dequantize_u8(const uint8_t *from, float *to, size_t count, float scale, int32_t zero_point)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = scale * (float)(from[i] - zero_point);
    }
}

static inline void tc_dequantize_s16(const int16_t *from, float *to, size_t count, float scale, int32_t zero_point)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = scale * (float)(from[i] - zero_point);
    }
}

static inline void tc_copy_f32(const float *from, float *to, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = from[i];
    }
}

static inline void tc_plain_u8_to_f32(const uint8_t *from, float *to, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = (float)from[i];
    }
}

/* Truncated toward zero, saturated at the largest float that the format holds; NaN gives 0. */
static inline void tc_f32_to_plain_u8(const float *from, uint8_t *to, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const float bounded = tc_clamp_f32(from[i], 0.0f, 255.0f);
        to[i] = (bounded == bounded) ? (uint8_t)bounded : 0;
    }
}

static inline void tc_plain_s8_to_f32(const int8_t *from, float *to, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = (float)from[i];
    }
}

static inline void tc_f32_to_plain_s8(const float *from, int8_t *to, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const float bounded = tc_clamp_f32(from[i], -128.0f, 127.0f);
        to[i] = (bounded == bounded) ? (int8_t)bounded : 0;
    }
}

static inline void tc_plain_s16_to_f32(const int16_t *from, float *to, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = (float)from[i];
    }
}

static inline void tc_f32_to_plain_s16(const float *from, int16_t *to, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const float bounded = tc_clamp_f32(from[i], -32768.0f, 32767.0f);
        to[i] = (bounded == bounded) ? (int16_t)bounded : 0;
    }
}

static inline void tc_plain_s32_to_f32(const int32_t *from, float *to, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = (float)from[i];
    }
}

static inline void tc_f32_to_plain_s32(const float *from, int32_t *to, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const float bounded = tc_clamp_f32(from[i], -2147483648.0f, 2147483520.0f);
        to[i] = (bounded == bounded) ? (int32_t)bounded : 0;
    }
}

static inline void tc_plain_s64_to_f32(const int64_t *from, float *to, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = (float)from[i];
    }
}

static inline void tc_f32_to_plain_s64(const float *from, int64_t *to, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const float bounded = tc_clamp_f32(from[i], -9223372036854775808.0f, 9223371487098961920.0f);
        to[i] = (bounded == bounded) ? (int64_t)bounded : 0;
    }
}

#endif

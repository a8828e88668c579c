/* Remainders of two tensors, element by element, with broadcasting. y may be an operand of y's full shape. */
#ifndef TINYC_MODULO_H
#define TINYC_MODULO_H

#include <math.h>

#include "tinyc/binary.h"

/* With the sign of l. The smallest integer over -1 would trap. */
static inline int32_t tc_fmod_i32(int32_t l, int32_t r)
{
    return ((r == 0) || (r == -1)) ? 0 : (l % r);
}

static inline int64_t tc_fmod_i64(int64_t l, int64_t r)
{
    return ((r == 0) || (r == -1)) ? 0 : (l % r);
}

/* With the sign of r. */
static inline int32_t tc_mod_i32(int32_t l, int32_t r)
{
    const int32_t rest = tc_fmod_i32(l, r);
    return ((rest != 0) && ((rest < 0) != (r < 0))) ? (rest + r) : rest;
}

static inline int64_t tc_mod_i64(int64_t l, int64_t r)
{
    const int64_t rest = tc_fmod_i64(l, r);
    return ((rest != 0) && ((rest < 0) != (r < 0))) ? (rest + r) : rest;
}

static inline float tc_mod_f32(float l, float r)
{
    const float rest = fmodf(l, r);
    if (rest == 0.0f) {
        return copysignf(0.0f, r);
    }
    return ((rest < 0.0f) != (r < 0.0f)) ? (rest + r) : rest;
}

void tc_mod_f32_ref(const tc_binary *p, const float *a, const float *b, float *y);
void tc_mod_i8_ref(const tc_binary *p, const int8_t *a, const int8_t *b, int8_t *y);
void tc_mod_u8_ref(const tc_binary *p, const uint8_t *a, const uint8_t *b, uint8_t *y);
void tc_mod_i16_ref(const tc_binary *p, const int16_t *a, const int16_t *b, int16_t *y);
void tc_mod_i32_ref(const tc_binary *p, const int32_t *a, const int32_t *b, int32_t *y);
void tc_mod_i64_ref(const tc_binary *p, const int64_t *a, const int64_t *b, int64_t *y);
void tc_fmod_f32_ref(const tc_binary *p, const float *a, const float *b, float *y);
void tc_fmod_i8_ref(const tc_binary *p, const int8_t *a, const int8_t *b, int8_t *y);
void tc_fmod_u8_ref(const tc_binary *p, const uint8_t *a, const uint8_t *b, uint8_t *y);
void tc_fmod_i16_ref(const tc_binary *p, const int16_t *a, const int16_t *b, int16_t *y);
void tc_fmod_i32_ref(const tc_binary *p, const int32_t *a, const int32_t *b, int32_t *y);
void tc_fmod_i64_ref(const tc_binary *p, const int64_t *a, const int64_t *b, int64_t *y);

#endif

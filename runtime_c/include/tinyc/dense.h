/* Fully connected layer: parameters and functions. */
#ifndef TINYC_DENSE_H
#define TINYC_DENSE_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    const float *weights; /* [out_features][in_features] */
    const float *bias;    /* [out_features] */
    float low;            /* bounds of the fused activation */
    float high;
} tc_dense_f32;

typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    const int8_t *weights;     /* [out_features][in_features] */
    const int32_t *bias;       /* [out_features], at scale_x * scale_w */
    const int32_t *multiplier; /* [out_features] */
    const int8_t *shift;       /* [out_features] */
    int32_t in_zero_point;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_dense_s8;

/* Weights of 4 or 2 bits, packed. */
typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    const uint8_t *weights;    /* packed, low bits first: [out_features][in_features] */
    const int32_t *bias;       /* [out_features], at scale_x * scale_w */
    const int32_t *multiplier; /* [out_features] */
    const int8_t *shift;       /* [out_features] */
    int32_t in_zero_point;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_dense_s8p;

typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    const int16_t *weights;    /* [out_features][in_features] */
    const int32_t *bias;       /* [out_features], at scale_x * scale_w */
    const int32_t *multiplier; /* [out_features] */
    const int8_t *shift;       /* [out_features] */
    int32_t in_zero_point;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_dense_s8w16;

/* Quantised weights under float data. */
typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    int32_t group;          /* inputs that share a scale; divides in_features */
    const uint8_t *weights; /* [out_features][in_features], int8 or packed, low bits first */
    const float *scale;     /* [out_features][in_features / group] */
    const float *bias;      /* [out_features] */
    float low;              /* bounds of the fused activation */
    float high;
} tc_dense_f32q;

/* The same with weights of 16 bits. */
typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    int32_t group;          /* inputs that share a scale; divides in_features */
    const int16_t *weights; /* [out_features][in_features] */
    const float *scale;     /* [out_features][in_features / group] */
    const float *bias;      /* [out_features] */
    float low;              /* bounds of the fused activation */
    float high;
} tc_dense_f32w16;

void tc_dense_f32_ref(const tc_dense_f32 *restrict p, const float *x, float *y);
void tc_dense_s8_ref(const tc_dense_s8 *restrict p, const int8_t *x, int8_t *y);
void tc_dense_f32w8_ref(const tc_dense_f32q *p, const float *restrict x, float *restrict y);
void tc_dense_f32w16_ref(const tc_dense_f32w16 *p, const float *restrict x, float *restrict y);
void tc_dense_f32w4_ref(const tc_dense_f32q *p, const float *restrict x, float *restrict y);
void tc_dense_f32w2_ref(const tc_dense_f32q *p, const float *restrict x, float *restrict y);
void tc_dense_s8w4_ref(const tc_dense_s8p *restrict p, const int8_t *x, int8_t *y);
void tc_dense_s8w2_ref(const tc_dense_s8p *restrict p, const int8_t *x, int8_t *y);
void tc_dense_s8w16_ref(const tc_dense_s8w16 *restrict p, const int8_t *x, int8_t *y);
void tc_dense_s16_ref(const tc_dense_s8 *restrict p, const int16_t *x, int16_t *y);
void tc_dense_s16w4_ref(const tc_dense_s8p *restrict p, const int16_t *x, int16_t *y);
void tc_dense_s16w2_ref(const tc_dense_s8p *restrict p, const int16_t *x, int16_t *y);
void tc_dense_s16w16_ref(const tc_dense_s8w16 *restrict p, const int16_t *x, int16_t *y);

#endif

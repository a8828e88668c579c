/* Convolution: parameters and functions. Tensors lie channels-last: [batch][height][width][channels]. */
#ifndef TINYC_CONV_H
#define TINYC_CONV_H

#include "tinyc/kernel.h"

/* Where the windows lie. A one-dimensional convolution has height 1. */
typedef struct {
    int32_t batch;
    int32_t in_height;
    int32_t in_width;
    int32_t in_channels;
    int32_t out_height;
    int32_t out_width;
    int32_t out_channels;
    int32_t groups;
    int32_t kernel_height;
    int32_t kernel_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t pad_top;
    int32_t pad_left;
} tc_conv2d_shape;

typedef struct {
    tc_conv2d_shape shape;
    const float *weights; /* [out_channels][kernel_height][kernel_width][in_channels / groups] */
    const float *bias;    /* [out_channels] */
    float low;            /* bounds of the fused activation */
    float high;
} tc_conv2d_f32;

typedef struct {
    tc_conv2d_shape shape;
    const int8_t *weights;     /* [out_channels][kernel_height][kernel_width][in_channels / groups] */
    const int32_t *bias;       /* [out_channels], at scale_x * scale_w */
    const int32_t *multiplier; /* [out_channels] */
    const int8_t *shift;       /* [out_channels] */
    int32_t in_zero_point;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv2d_s8;

/* Weights of 4 or 2 bits, packed. */
typedef struct {
    tc_conv2d_shape shape;
    const uint8_t *weights;    /* packed, low bits first: [out_channels][kernel_height][kernel_width][in_channels / groups] */
    const int32_t *bias;       /* [out_channels], at scale_x * scale_w */
    const int32_t *multiplier; /* [out_channels] */
    const int8_t *shift;       /* [out_channels] */
    int32_t in_zero_point;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv2d_s8p;

typedef struct {
    tc_conv2d_shape shape;
    const int16_t *weights;    /* [out_channels][kernel_height][kernel_width][in_channels / groups] */
    const int32_t *bias;       /* [out_channels], at scale_x * scale_w */
    const int32_t *multiplier; /* [out_channels] */
    const int8_t *shift;       /* [out_channels] */
    int32_t in_zero_point;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv2d_s8w16;

/* Quantised weights under float data. */
typedef struct {
    tc_conv2d_shape shape;
    int32_t share;          /* input channels of a filter that share a scale; divides in_channels / groups */
    const uint8_t *weights; /* [out_channels][kernel_height][kernel_width][in_channels / groups], int8 or packed */
    const float *scale;     /* [out_channels][in_channels / groups / share] */
    const float *bias;      /* [out_channels] */
    float low;              /* bounds of the fused activation */
    float high;
} tc_conv2d_f32q;

/* The same with weights of 16 bits. */
typedef struct {
    tc_conv2d_shape shape;
    int32_t share;          /* input channels of a filter that share a scale; divides in_channels / groups */
    const int16_t *weights; /* [out_channels][kernel_height][kernel_width][in_channels / groups] */
    const float *scale;     /* [out_channels][in_channels / groups / share] */
    const float *bias;      /* [out_channels] */
    float low;              /* bounds of the fused activation */
    float high;
} tc_conv2d_f32w16;

void tc_conv2d_f32_ref(const tc_conv2d_f32 *restrict p, const float *x, float *y);
void tc_conv2d_s8_ref(const tc_conv2d_s8 *restrict p, const int8_t *x, int8_t *y);
void tc_conv2d_f32w8_ref(const tc_conv2d_f32q *p, const float *restrict x, float *restrict y);
void tc_conv2d_f32w16_ref(const tc_conv2d_f32w16 *p, const float *restrict x, float *restrict y);
void tc_conv2d_f32w4_ref(const tc_conv2d_f32q *p, const float *restrict x, float *restrict y);
void tc_conv2d_f32w2_ref(const tc_conv2d_f32q *p, const float *restrict x, float *restrict y);
void tc_conv2d_s8w4_ref(const tc_conv2d_s8p *restrict p, const int8_t *x, int8_t *y);
void tc_conv2d_s8w2_ref(const tc_conv2d_s8p *restrict p, const int8_t *x, int8_t *y);
void tc_conv2d_s8w16_ref(const tc_conv2d_s8w16 *restrict p, const int8_t *x, int8_t *y);
void tc_conv2d_s16_ref(const tc_conv2d_s8 *restrict p, const int16_t *x, int16_t *y);
void tc_conv2d_s16w4_ref(const tc_conv2d_s8p *restrict p, const int16_t *x, int16_t *y);
void tc_conv2d_s16w2_ref(const tc_conv2d_s8p *restrict p, const int16_t *x, int16_t *y);
void tc_conv2d_s16w16_ref(const tc_conv2d_s8w16 *restrict p, const int16_t *x, int16_t *y);

#endif

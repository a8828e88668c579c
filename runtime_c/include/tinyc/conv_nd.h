/* Convolution and transposed convolution in up to three dimensions. Tensors lie channels-last:
 * [batch][length 0][length 1][length 2][channels]; missing axes in front have length 1.
 */
#ifndef TINYC_CONV_ND_H
#define TINYC_CONV_ND_H

#include "tinyc/kernel.h"

#define TC_CONV_AXES 3

typedef struct {
    int32_t batch;
    int32_t in_length[TC_CONV_AXES];
    int32_t in_channels;
    int32_t out_length[TC_CONV_AXES];
    int32_t out_channels;
    int32_t groups;
    int32_t kernel[TC_CONV_AXES];
    int32_t stride[TC_CONV_AXES];
    int32_t dilation[TC_CONV_AXES];
    int32_t pad[TC_CONV_AXES]; /* before x; in the transposed form cut off before y */
} tc_conv_nd_shape;

typedef struct {
    tc_conv_nd_shape shape;
    float low; /* bounds of the fused activation */
    float high;
} tc_conv_nd_f32;

typedef struct {
    tc_conv_nd_shape shape;
    const int8_t *weights;     /* [out_channels][kernel][in_channels / groups] */
    const int32_t *bias;       /* [out_channels], at scale_x * scale_w */
    const int32_t *multiplier; /* [out_channels] */
    const int8_t *shift;       /* [out_channels] */
    int32_t in_zero_point;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv_nd_s8;

typedef struct {
    tc_conv_nd_shape shape;
    const int16_t *weights;    /* [out_channels][kernel][in_channels / groups] */
    const int32_t *bias;       /* [out_channels], at scale_x * scale_w */
    const int32_t *multiplier; /* [out_channels] */
    const int8_t *shift;       /* [out_channels] */
    int32_t in_zero_point;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv_nd_s8w16;

/* Where along an axis tap `tap` of output `place` reads x; -1 outside. */
static inline int32_t tc_conv_source(const tc_conv_nd_shape *s, int32_t axis, int32_t place, int32_t tap)
{
    const int32_t at = (place * s->stride[axis]) - s->pad[axis] + (tap * s->dilation[axis]);
    return (at < s->in_length[axis]) ? at : -1;
}

/* The same for the transposed form; -1 also between the strides. */
static inline int32_t tc_conv_transpose_source(const tc_conv_nd_shape *s, int32_t axis, int32_t place, int32_t tap)
{
    const int32_t at = place + s->pad[axis] - (tap * s->dilation[axis]);
    if ((at < 0) || ((at % s->stride[axis]) != 0)) {
        return -1;
    }
    return ((at / s->stride[axis]) < s->in_length[axis]) ? (at / s->stride[axis]) : -1;
}

/* weights [out_channels][kernel][in_channels / groups]; bias [out_channels] or null. */
void tc_conv_nd_f32_ref(const tc_conv_nd_f32 *p, const float *restrict x, const float *restrict weights,
                        const float *restrict bias, float *restrict y);
void tc_conv_nd_s8_ref(const tc_conv_nd_s8 *p, const int8_t *restrict x, int8_t *restrict y);
void tc_conv_nd_s8w16_ref(const tc_conv_nd_s8w16 *p, const int8_t *restrict x, int8_t *restrict y);
void tc_conv_nd_s16_ref(const tc_conv_nd_s8 *p, const int16_t *restrict x, int16_t *restrict y);
void tc_conv_transpose_f32_ref(const tc_conv_nd_f32 *p, const float *restrict x, const float *restrict weights,
                               const float *restrict bias, float *restrict y);
void tc_conv_transpose_s8_ref(const tc_conv_nd_s8 *p, const int8_t *restrict x, int8_t *restrict y);
void tc_conv_transpose_s8w16_ref(const tc_conv_nd_s8w16 *p, const int8_t *restrict x, int8_t *restrict y);
void tc_conv_transpose_s16_ref(const tc_conv_nd_s8 *p, const int16_t *restrict x, int16_t *restrict y);

#endif

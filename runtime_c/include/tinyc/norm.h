/* Normalisations: parameters and functions. */
#ifndef TINYC_NORM_H
#define TINYC_NORM_H

#include "tinyc/kernel.h"

#include <math.h>

/* Each of `rows` runs of `count` neighbours is one set. */
typedef struct {
    int32_t rows;
    int32_t count;
    float epsilon;
    const float *scale; /* [count], NULL for ones */
    const float *bias;  /* [count], NULL for zeros */
} tc_layer_norm_f32;

/* `channels` neighbouring channels of an image are one set. */
typedef struct {
    int32_t batch;
    int32_t groups;
    int32_t channels; /* of one group */
    int32_t pixels;
    int32_t channel_stride; /* elements from one channel of a pixel to the next */
    int32_t pixel_stride;
    float epsilon;
    const float *scale; /* [groups * channels], NULL for ones */
    const float *bias;  /* [groups * channels], NULL for zeros */
} tc_group_norm_f32;

/* Elements in memory order are [outer][channels][inner]. */
typedef struct {
    int32_t outer;
    int32_t channels;
    int32_t inner;
    int32_t before; /* channels before and after the own one that are counted */
    int32_t after;
    float alpha; /* already divided by their number */
    float beta;
    float bias;
} tc_lrn_f32;

static inline float tc_norm_scale(const float *scale, int32_t index)
{
    return (scale == NULL) ? 1.0f : scale[index];
}

static inline float tc_norm_bias(const float *bias, int32_t index)
{
    return (bias == NULL) ? 0.0f : bias[index];
}

/* The mean of a set is about + rest; factor is 1 / sqrt(variance + epsilon). */
typedef struct {
    float about;
    float rest;
    float factor;
} tc_norm_moments;

/* From the sum and the sum of squares of the distances from `about`. */
static inline tc_norm_moments tc_norm_corrected(float about, float sum, float squares, float count, float epsilon)
{
    const float rest = sum / count;
    const float variance = (squares / count) - (rest * rest);
    const tc_norm_moments moments = {about, rest, 1.0f / sqrtf(((variance > 0.0f) ? variance : 0.0f) + epsilon)};
    return moments;
}

void tc_layer_norm_f32_ref(const tc_layer_norm_f32 *p, const float *x, float *y);
void tc_rms_norm_f32_ref(const tc_layer_norm_f32 *p, const float *x, float *y);
void tc_group_norm_f32_ref(const tc_group_norm_f32 *p, const float *x, float *y);
void tc_lrn_f32_ref(const tc_lrn_f32 *p, const float *restrict x, float *restrict y);

#endif

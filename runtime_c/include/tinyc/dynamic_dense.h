/* Fully connected layers whose input becomes int8 at run time (dynamic.h): functions. */
#ifndef TINYC_DYNAMIC_DENSE_H
#define TINYC_DYNAMIC_DENSE_H

#include "tinyc/dense.h"

/* Layout of a group's weights: tpack.h. */
typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    int32_t group;          /* inputs that share a scale; a multiple of 4, or all inputs */
    const int32_t *weights; /* [groups], each as T-pack has it, without constants */
    const float *scale;     /* [groups][out_features] */
    const float *bias;      /* [out_features] */
    float low;              /* bounds of the fused activation */
    float high;
} tc_dynamic_dense_tpack;

/* Layout of weights: dynamic_dense_bits_body.h. */
typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    int32_t group; /* inputs that share a scale; divides in_features */
    const uint32_t *weights;
    const float *scale; /* [groups][out_features] */
    const float *bias;  /* [out_features] */
    float low;          /* bounds of the fused activation */
    float high;
} tc_dynamic_dense_bits;

void tc_dynamic_dense_f32w4_dsp(const tc_dynamic_dense_bits *p, const float *restrict x, float *restrict y,
                                void *scratch);
void tc_dynamic_dense_f32w2_dsp(const tc_dynamic_dense_bits *p, const float *restrict x, float *restrict y,
                                void *scratch);
void tc_dynamic_dense_f32w8_dsp(const tc_dynamic_dense_tpack *p, const float *restrict x, float *restrict y,
                                void *scratch);
void tc_dynamic_dense_f32w8_ref(const tc_dense_f32q *p, const float *restrict x, float *restrict y, void *scratch);
void tc_dynamic_dense_f32w4_ref(const tc_dense_f32q *p, const float *restrict x, float *restrict y, void *scratch);
void tc_dynamic_dense_f32w2_ref(const tc_dense_f32q *p, const float *restrict x, float *restrict y, void *scratch);

#endif

/* Recurrent layers whose inputs and states become int8 at run time (dynamic.h): parameters and functions. */
#ifndef TINYC_DYNAMIC_RECURRENT_H
#define TINYC_DYNAMIC_RECURRENT_H

#include "tinyc/recurrent.h"

/* Rows of integers in flash, int8 or packed, low bits first, and their scales. */
typedef struct {
    int32_t columns;
    int32_t group;          /* columns that share a scale; divides columns */
    const uint8_t *weights; /* [rows][columns] */
    const float *scale;     /* [rows][columns / group] */
} tc_dynamic_matrix;

/* w and r have [directions][gates * hidden] rows in the order of ONNX; usual activations, no clip. */
typedef struct {
    tc_recurrent shape;
    tc_dynamic_matrix w;
    tc_dynamic_matrix r;
    const float *bias;       /* [directions][gates * hidden]; GRU, linear before reset: n has the bias of w alone */
    const float *reset_bias; /* GRU, linear before reset: [directions][hidden], of r for gate n; else NULL */
} tc_dynamic_recurrent;

/* Rows of int8 in T-pack (tpack.h, without constants), and the scale of each. */
typedef struct {
    int32_t columns;
    const int32_t *weights;
    const float *scale; /* [rows] */
} tc_dynamic_tpack;

/* As tc_dynamic_recurrent; hidden is a multiple of 4. */
typedef struct {
    tc_recurrent shape;
    tc_dynamic_tpack w;
    tc_dynamic_tpack r;
    const float *bias;
    const float *reset_bias;
} tc_dynamic_recurrent_tpack;

void tc_dynamic_gru_f32w8_dsp(const tc_dynamic_recurrent_tpack *p, const float *restrict x,
                              const int32_t *restrict lengths, const float *initial_h, float *restrict y, float *y_h,
                              void *restrict scratch);
void tc_dynamic_lstm_f32w8_dsp(const tc_dynamic_recurrent_tpack *p, const float *restrict x,
                               const int32_t *restrict lengths, const float *initial_h, const float *initial_c,
                               float *restrict y, float *y_h, float *y_c, void *restrict scratch);
void tc_dynamic_gru_f32w8_ref(const tc_dynamic_recurrent *p, const float *restrict x, const int32_t *restrict lengths,
                               const float *initial_h, float *restrict y, float *y_h, void *restrict scratch);
void tc_dynamic_lstm_f32w8_ref(const tc_dynamic_recurrent *p, const float *restrict x, const int32_t *restrict lengths,
                                const float *initial_h, const float *initial_c, float *restrict y, float *y_h,
                                float *y_c, void *restrict scratch);
void tc_dynamic_gru_f32w4_ref(const tc_dynamic_recurrent *p, const float *restrict x, const int32_t *restrict lengths,
                               const float *initial_h, float *restrict y, float *y_h, void *restrict scratch);
void tc_dynamic_lstm_f32w4_ref(const tc_dynamic_recurrent *p, const float *restrict x, const int32_t *restrict lengths,
                                const float *initial_h, const float *initial_c, float *restrict y, float *y_h,
                                float *y_c, void *restrict scratch);
void tc_dynamic_gru_f32w2_ref(const tc_dynamic_recurrent *p, const float *restrict x, const int32_t *restrict lengths,
                               const float *initial_h, float *restrict y, float *y_h, void *restrict scratch);
void tc_dynamic_lstm_f32w2_ref(const tc_dynamic_recurrent *p, const float *restrict x, const int32_t *restrict lengths,
                                const float *initial_h, const float *initial_c, float *restrict y, float *y_h,
                                float *y_c, void *restrict scratch);

#endif

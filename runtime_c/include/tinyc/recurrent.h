/* Recurrent layers: RNN, GRU, LSTM. Parameters and functions.
 *
 * x holds `steps` vectors of `inputs` numbers for each of `batch` sequences, y the states [hidden] after each step, y_h
 * and y_c the final state and cell. y, y_h, y_c, lengths and initial states may be NULL. y_h may be initial_h and y_c
 * may be initial_c; no other two arrays overlap.
 */
#ifndef TINYC_RECURRENT_H
#define TINYC_RECURRENT_H

#include "tinyc/kernel.h"

/* Numbers as in `functions` below. */
typedef enum {
    TC_RECURRENT_SIGMOID,
    TC_RECURRENT_TANH,
    TC_RECURRENT_RELU,
    TC_RECURRENT_AFFINE,
    TC_RECURRENT_LEAKY_RELU,
    TC_RECURRENT_THRESHOLDED_RELU,
    TC_RECURRENT_SCALED_TANH,
    TC_RECURRENT_HARD_SIGMOID,
    TC_RECURRENT_ELU,
    TC_RECURRENT_SOFTSIGN,
    TC_RECURRENT_SOFTPLUS
} tc_recurrent_function;

/* Sizes, and distances in elements between neighbours along each axis. */
typedef struct {
    int32_t steps;
    int32_t batch;
    int32_t directions;
    int32_t backwards; /* 1: the first direction goes from the last step to the first; the second always does */
    int32_t inputs;
    int32_t hidden;
    int32_t x_step;
    int32_t x_batch;
    int32_t y_step;
    int32_t y_batch;
    int32_t y_direction;
    int32_t state_batch; /* of initial and final states and cells */
    int32_t state_direction;
} tc_recurrent;

/* Activations of each direction, one after the other; clip bounds what goes into them, INFINITY where nothing does. */
typedef struct {
    float clip;
    int32_t functions[6]; /* tc_recurrent_function */
    float alphas[6];
    float betas[6];
} tc_recurrent_activations;

/* Weights in the order of ONNX come as arguments: w [directions][gates * hidden][inputs],
 * r [directions][gates * hidden][hidden], b [directions][2 * gates * hidden] (of w, then of r) or NULL.
 */
typedef struct {
    tc_recurrent shape;
    tc_recurrent_activations activations;
    int32_t variant; /* GRU: linear before reset; LSTM: input and forget gate are coupled */
} tc_recurrent_f32;

/* Constant weights as tc_matvec_packed reads them, the biases of w and r added up; usual activations, no clip. */
typedef struct {
    tc_recurrent shape;
    const float *w;    /* [directions][gates * hidden][inputs] */
    const float *r;    /* [directions][gates * hidden][hidden]; GRU: gates z and r, then n */
    const float *bias; /* [directions][gates * hidden]; GRU, linear before reset: n has the bias of w alone */
    const float *reset_bias; /* GRU, linear before reset: [directions][hidden], of r for gate n; else NULL */
} tc_recurrent_packed_f32;

void tc_rnn_f32_ref(const tc_recurrent_f32 *p, const float *restrict x, const float *restrict w,
                    const float *restrict r, const float *restrict b, const int32_t *restrict lengths,
                    const float *initial_h, float *restrict y, float *y_h, void *restrict scratch);
void tc_gru_f32_ref(const tc_recurrent_f32 *p, const float *restrict x, const float *restrict w,
                    const float *restrict r, const float *restrict b, const int32_t *restrict lengths,
                    const float *initial_h, float *restrict y, float *y_h, void *restrict scratch);
/* peepholes [directions][3 * hidden] for the gates i, o, f, or NULL */
void tc_lstm_f32_ref(const tc_recurrent_f32 *p, const float *restrict x, const float *restrict w,
                     const float *restrict r, const float *restrict b, const int32_t *restrict lengths,
                     const float *initial_h, const float *initial_c, const float *restrict peepholes,
                     float *restrict y, float *y_h, float *y_c, void *restrict scratch);

void tc_rnn_f32_packed_ref(const tc_recurrent_packed_f32 *p, const float *restrict x, const int32_t *restrict lengths,
                           const float *initial_h, float *restrict y, float *y_h, void *restrict scratch);
void tc_gru_f32_packed_ref(const tc_recurrent_packed_f32 *p, const float *restrict x, const int32_t *restrict lengths,
                           const float *initial_h, float *restrict y, float *y_h, void *restrict scratch);
void tc_lstm_f32_packed_ref(const tc_recurrent_packed_f32 *p, const float *restrict x, const int32_t *restrict lengths,
                            const float *initial_h, const float *initial_c, float *restrict y, float *y_h, float *y_c,
                            void *restrict scratch);

#endif

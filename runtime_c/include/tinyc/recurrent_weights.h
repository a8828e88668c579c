/* Weights in the order of ONNX, and biases that may be missing. */
#ifndef TINYC_RECURRENT_WEIGHTS_H
#define TINYC_RECURRENT_WEIGHTS_H

#include "tinyc/recurrent.h"

typedef struct {
    const float *w;
    const float *r;
    const float *b;         /* or NULL */
    const float *peepholes; /* or NULL; LSTM alone */
} tc_recurrent_weights;

/* out[i] = bias[first + i] of w, plus that of r if `both`; 0 without biases. `rows` is gates * hidden. */
static inline void tc_recurrent_biases(const tc_recurrent_weights *weights, int32_t direction, int32_t rows,
                                       int32_t first, int32_t count, int32_t both, float *restrict out)
{
    for (int32_t i = 0; i < count; i++) {
        out[i] = 0.0f;
    }
    if (weights->b != NULL) {
        const float *const of_w = &weights->b[(2 * direction * rows) + first];
        for (int32_t i = 0; i < count; i++) {
            out[i] = of_w[i] + ((both != 0) ? of_w[rows + i] : 0.0f);
        }
    }
}

#endif

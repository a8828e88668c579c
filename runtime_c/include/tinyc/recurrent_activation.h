/* Activations of recurrent layers, chosen by number. */
#ifndef TINYC_RECURRENT_ACTIVATION_H
#define TINYC_RECURRENT_ACTIVATION_H

#include <math.h>

#include "tinyc/recurrent.h"
#include "tinyc/sigmoid.h"
#include "tinyc/softplus.h"

/* Activation `index` of a value. */
static inline float tc_recurrent_function_of(const tc_recurrent_activations *p, int32_t index, float v)
{
    const float alpha = p->alphas[index];
    const float beta = p->betas[index];
    float result = v;
    switch (p->functions[index]) {
    case TC_RECURRENT_SIGMOID:
        result = tc_sigmoid(v);
        break;
    case TC_RECURRENT_TANH:
        result = tanhf(v);
        break;
    case TC_RECURRENT_RELU:
        result = (v > 0.0f) ? v : 0.0f;
        break;
    case TC_RECURRENT_AFFINE:
        result = (alpha * v) + beta;
        break;
    case TC_RECURRENT_LEAKY_RELU:
        result = (v < 0.0f) ? (alpha * v) : v;
        break;
    case TC_RECURRENT_THRESHOLDED_RELU:
        result = (v > alpha) ? v : 0.0f;
        break;
    case TC_RECURRENT_SCALED_TANH:
        result = alpha * tanhf(beta * v);
        break;
    case TC_RECURRENT_HARD_SIGMOID:
        result = tc_clamp_f32((alpha * v) + beta, 0.0f, 1.0f);
        break;
    case TC_RECURRENT_ELU:
        result = (v < 0.0f) ? (alpha * expm1f(v)) : v;
        break;
    case TC_RECURRENT_SOFTSIGN:
        result = v / (1.0f + fabsf(v));
        break;
    case TC_RECURRENT_SOFTPLUS:
        result = tc_softplus(v);
        break;
    default:
        break;
    }
    return result;
}

/* Activation `index` of the bounded value. */
static inline float tc_recurrent_activate(const tc_recurrent_activations *p, int32_t index, float value)
{
    return tc_recurrent_function_of(p, index, tc_clamp_f32(value, -p->clip, p->clip));
}

#endif

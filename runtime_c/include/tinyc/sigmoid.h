/* The logistic function. */
#ifndef TINYC_SIGMOID_H
#define TINYC_SIGMOID_H

#include <math.h>

/* 1 / (1 + e^-v): the exponent is never positive, so nothing overflows and small results keep their precision. */
static inline float tc_sigmoid(float v)
{
    const float small = expf(-fabsf(v));
    return ((v < 0.0f) ? small : 1.0f) / (1.0f + small);
}

#endif

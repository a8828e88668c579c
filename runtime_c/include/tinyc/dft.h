/* Discrete Fourier transforms by the definition: steps grow with the square of the length. */
#ifndef TINYC_DFT_H
#define TINYC_DFT_H

#include "tinyc/kernel.h"

/* x [outer][in_length][inner][parts], y [outer][bins][inner][2], or [1] for a real signal. */
typedef struct {
    int32_t outer;
    int32_t in_length;
    int32_t inner;
    int32_t parts; /* 1 real, 2 real and imaginary */
    int32_t terms; /* elements of x that count; the others up to `length` are zero */
    int32_t bins;
    int32_t length;
    int32_t sign;        /* of the exponent */
    int32_t real_signal; /* 1: x holds the first half of a symmetric spectrum, y is real */
    float factor;
    const float *turn; /* [length][2]: cosine and sine of each part of a turn */
} tc_dft;

/* x [batch][samples][parts], y [batch][frames][bins][2]. */
typedef struct {
    int32_t batch;
    int32_t samples;
    int32_t parts;
    int32_t frames;
    int32_t step;
    int32_t terms; /* samples of a frame that the window covers */
    int32_t bins;
    int32_t length;
    const float *turn; /* [length][2] */
} tc_stft;

typedef struct {
    float real;
    float imaginary;
} tc_complex;

/* value * weight * exp(sign * 2 pi i * place / length), added to sum; turn points at the place's cosine and sine. */
static inline void tc_dft_add(tc_complex *sum, const float *value, int32_t parts, float weight, const float *turn,
                              int32_t sign)
{
    const float cosine = turn[0] * weight;
    const float sine = ((sign < 0) ? -turn[1] : turn[1]) * weight;
    const float imaginary = (parts == 2) ? value[1] : 0.0f;
    sum->real += (value[0] * cosine) - (imaginary * sine);
    sum->imaginary += (value[0] * sine) + (imaginary * cosine);
}

void tc_dft_f32_ref(const tc_dft *p, const float *restrict x, float *restrict y);
/* window [terms], or null for all 1 */
void tc_stft_f32_ref(const tc_stft *p, const float *restrict x, const float *restrict window, float *restrict y);

#endif

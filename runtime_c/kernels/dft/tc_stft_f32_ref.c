#include "tinyc/dft.h"

static tc_complex result_of(const tc_stft *p, const float *restrict x, const float *restrict window, int32_t bin)
{
    tc_complex sum = {0.0f, 0.0f};
    int32_t place = 0;
    for (int32_t term = 0; term < p->terms; term++) {
        const float weight = (window != NULL) ? window[term] : 1.0f;
        tc_dft_add(&sum, &x[term * p->parts], p->parts, weight, &p->turn[place * 2], -1);
        place += bin;
        place -= (place >= p->length) ? p->length : 0;
    }
    return sum;
}

/* Computes:  y[n][frame][bin] = sum of window[term] * x[n][frame * step + term] * exp(-2 pi i * term * bin / length).
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32, in order of terms.
 */
TC_KERNEL void tc_stft_f32_ref(const tc_stft *p, const float *restrict x, const float *restrict window,
                               float *restrict y)
{
    const int32_t results = p->batch * p->frames * p->bins;
    for (int32_t i = 0; i < results; i++) {
        const int32_t frame = (i / p->bins) % p->frames;
        const int32_t start = ((i / (p->bins * p->frames)) * p->samples) + (frame * p->step);
        const tc_complex sum = result_of(p, &x[start * p->parts], window, i % p->bins);
        y[0] = sum.real;
        y[1] = sum.imaginary;
        y += 2;
    }
}

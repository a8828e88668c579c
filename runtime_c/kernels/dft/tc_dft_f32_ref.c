#include "tinyc/dft.h"

/* Terms of half a spectrum stand for their mirror images as well, but for the first and the middle one. */
static float weight_of(const tc_dft *p, int32_t term)
{
    const int32_t alone = (p->real_signal == 0) || (term == 0) || ((term * 2) == p->length);
    return (alone != 0) ? p->factor : (2.0f * p->factor);
}

static tc_complex result_of(const tc_dft *p, const float *restrict x, int32_t bin)
{
    tc_complex sum = {0.0f, 0.0f};
    int32_t place = 0;
    for (int32_t term = 0; term < p->terms; term++) {
        tc_dft_add(&sum, &x[term * p->inner * p->parts], p->parts, weight_of(p, term), &p->turn[place * 2], p->sign);
        place += bin;
        place -= (place >= p->length) ? p->length : 0;
    }
    return sum;
}

/* Computes:  y[bin] = factor * sum of x[term] * exp(sign * 2 pi i * term * bin / length).
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32, in order of terms.
 */
TC_KERNEL void tc_dft_f32_ref(const tc_dft *p, const float *restrict x, float *restrict y)
{
    const int32_t results = p->outer * p->bins * p->inner;
    for (int32_t i = 0; i < results; i++) {
        const int32_t inner = i % p->inner;
        const int32_t outer = i / (p->inner * p->bins);
        const float *from = &x[((outer * p->in_length * p->inner) + inner) * p->parts];
        const tc_complex sum = result_of(p, from, (i / p->inner) % p->bins);
        *y = sum.real;
        y++;
        if (p->real_signal == 0) {
            *y = sum.imaginary;
            y++;
        }
    }
}

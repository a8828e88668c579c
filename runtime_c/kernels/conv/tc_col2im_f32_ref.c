#include "tinyc/col2im.h"

/* Sum of what all blocks hold for one place; x points at the channel's first tap. */
static float gathered(const tc_conv_nd_shape *s, const float *restrict x, const int32_t *at)
{
    const int32_t blocks = s->in_length[0] * s->in_length[1] * s->in_length[2];
    const int32_t taps = s->kernel[0] * s->kernel[1] * s->kernel[2];
    float sum = 0.0f;
    for (int32_t tap = 0; tap < taps; tap++) {
        const int32_t a = tc_conv_transpose_source(s, 0, at[0], tap / (s->kernel[1] * s->kernel[2]));
        const int32_t b = tc_conv_transpose_source(s, 1, at[1], (tap / s->kernel[2]) % s->kernel[1]);
        const int32_t c = tc_conv_transpose_source(s, 2, at[2], tap % s->kernel[2]);
        if ((a >= 0) && (b >= 0) && (c >= 0)) {
            sum += x[(tap * blocks) + (((a * s->in_length[1]) + b) * s->in_length[2]) + c];
        }
    }
    return sum;
}

/* Computes:  y[n][c][place] = sum of x[n][c * taps + tap][block] over the taps of all blocks that cover the place.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32, in order of taps.
 */
TC_KERNEL void tc_col2im_f32_ref(const tc_conv_nd_shape *p, const float *restrict x, float *restrict y)
{
    const int32_t places = p->out_length[0] * p->out_length[1] * p->out_length[2];
    const int32_t blocks = p->in_length[0] * p->in_length[1] * p->in_length[2];
    const int32_t taps = p->kernel[0] * p->kernel[1] * p->kernel[2];
    for (int32_t plane = 0; plane < (p->batch * p->out_channels); plane++) {
        for (int32_t i = 0; i < places; i++) {
            const int32_t row = i / p->out_length[2];
            const int32_t at[TC_CONV_AXES] = {row / p->out_length[1], row % p->out_length[1], i % p->out_length[2]};
            *y = gathered(p, &x[plane * taps * blocks], at);
            y++;
        }
    }
}

#include "tinyc/dense.h"

/* Computes:  y[r][m] = clamp(bias[m] + sum over k of x[r][k] * weights[m][k]).
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32, one product and one sum per step, in order of k.
 */
TC_KERNEL void tc_dense_f32_ref(const tc_dense_f32 *restrict p, const float *x, float *y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        const float *weights = p->weights;
        for (int32_t m = 0; m < p->out_features; m++) {
            float acc = p->bias[m];
            for (int32_t k = 0; k < p->in_features; k++) {
                acc += x[k] * weights[k];
            }
            y[m] = tc_clamp_f32(acc, p->low, p->high);
            weights += p->in_features;
        }
        x += p->in_features;
        y += p->out_features;
    }
}

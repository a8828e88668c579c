#include "tinyc/svm.h"

/* Computes:  y[n][s] = sum over k of (x[n][k] - vectors[s][k])^2.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32, in order of k.
 */
TC_KERNEL void tc_squared_distance_f32_ref(const tc_squared_distance *p, const float *restrict x, float *restrict y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        for (int32_t s = 0; s < p->points; s++) {
            const float *vector = &p->vectors[s * p->features];
            float sum = 0.0f;
            for (int32_t k = 0; k < p->features; k++) {
                const float apart = x[k] - vector[k];
                sum += apart * apart;
            }
            y[s] = sum;
        }
        x += p->features;
        y += p->points;
    }
}

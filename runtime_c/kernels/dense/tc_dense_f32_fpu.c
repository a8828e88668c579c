#include "tinyc/dense_fpu.h"

/* Computes:  as tc_dense_f32_ref; sixteen channels at a time.
 * Needs:     float32 in hardware.
 * Scratch:   none.
 * Exactness: float32, one product and one sum per step, in order of k: the bits of tc_dense_f32_ref.
 * Measured:  Cortex-M4, tinyc profile, 640 to 128, model cycles per MAC, before (tc_dense_f32_ref) and after: 10.0 and
 *            3.3.
 */
TC_KERNEL void tc_dense_f32_fpu(const tc_dense_f32_block *restrict p, const float *x, float *y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        const float *weights = p->weights;
        for (int32_t first = 0; first < p->out_features; first += TC_DENSE_FPU_CHANNELS) {
            const int32_t count = tc_min_i32(p->out_features - first, TC_DENSE_FPU_CHANNELS);
            float sums[TC_DENSE_FPU_CHANNELS];
            const tc_dense_f32_run run = {weights, x, &p->bias[first], sums, p->in_features};
            tc_dense_f32_sums(&run);
            for (int32_t i = 0; i < count; i++) {
                y[first + i] = tc_clamp_f32(sums[i], p->low, p->high);
            }
            weights = &weights[TC_DENSE_FPU_CHANNELS * p->in_features];
        }
        x = &x[p->in_features];
        y = &y[p->out_features];
    }
}

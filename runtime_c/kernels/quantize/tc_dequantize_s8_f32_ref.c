#include "tinyc/quantize.h"

/* Computes:  y = (x - zero_point) * scale.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: the difference is exact and rounded to float32, then multiplied in float32.
 */
TC_KERNEL void tc_dequantize_s8_f32_ref(const tc_quantize *restrict p, const int8_t *x, float *y)
{
    for (int32_t run = 0; run < (p->outer * p->channels); run++) {
        const float scale = p->scale[run % p->channels];
        const int32_t zero_point = p->zero_point[run % p->channels];
        for (int32_t i = 0; i < p->inner; i++) {
            y[i] = (float)(x[i] - zero_point) * scale;
        }
        x += p->inner;
        y += p->inner;
    }
}

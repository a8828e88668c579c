#include "tinyc/dynamic_quantize.h"
#include "tinyc/quantize.h"

/* Computes:  scale = (max(x, 0) - min(x, 0)) / 255, or 1 if all x are 0; zero_point = round(-min / scale);
 *            y = saturate(round_half_even(x / scale) + zero_point). NaN counts as nothing and gives the zero point.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: ONNX DynamicQuantizeLinear bit for bit, all in float32.
 */
TC_KERNEL void tc_dynamic_quantize_f32_u8_ref(const tc_dynamic_quantize *p, const float *restrict x,
                                              uint8_t *restrict y, float *restrict scale, uint8_t *restrict zero_point)
{
    float low = 0.0f;
    float high = 0.0f;
    for (int32_t i = 0; i < p->count; i++) {
        low = (x[i] < low) ? x[i] : low;
        high = (x[i] > high) ? x[i] : high;
    }
    const float step = (high > low) ? ((high - low) / 255.0f) : 1.0f;
    const int32_t zero = tc_clamp_i32(tc_round_even(-low / step), 0, UINT8_MAX);
    for (int32_t i = 0; i < p->count; i++) {
        y[i] = (uint8_t)tc_clamp_i32(tc_round_even(x[i] / step) + zero, 0, UINT8_MAX);
    }
    *scale = step;
    *zero_point = (uint8_t)zero;
}

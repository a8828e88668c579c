#include "tinyc/products.h"
#include "tinyc/requant_dsp.h"

/* Four products of operands whose zero points are taken off. */
static inline void four(const tc_mul_s8_words *p, uint32_t less_a, uint32_t less_b, uint32_t left, uint32_t right,
                        int8_t *y)
{
    const int32_t multiplier = p->multiplier;
    const int32_t offset = p->offset;
    const int32_t k = p->k;
    const uint32_t left02 = tc_sxtab16(less_a, left);
    const uint32_t left13 = tc_sxtab16_ror8(less_a, left);
    const uint32_t right02 = tc_sxtab16(less_b, right);
    const uint32_t right13 = tc_sxtab16_ror8(less_b, right);
    y[0] = tc_requantize_dsp(tc_smulbb(left02, right02), multiplier, offset, k);
    y[1] = tc_requantize_dsp(tc_smulbb(left13, right13), multiplier, offset, k);
    y[2] = tc_requantize_dsp(tc_smultt(left02, right02), multiplier, offset, k);
    y[3] = tc_requantize_dsp(tc_smultt(left13, right13), multiplier, offset, k);
}

static inline uint32_t both(int32_t value)
{
    return ((uint32_t)value << 16) | ((uint32_t)value & 0xFFFFu);
}

/* An element that repeats is read from a word of four. */
static void products(const tc_mul_s8_words *p, const int8_t *a, const int8_t *b, int8_t *y)
{
    const tc_mul_s8_words q = *p;
    const int32_t a_step = q.shape.a_step;
    const int32_t b_step = q.shape.b_step;
    const int32_t whole = q.shape.count & ~3;
    const int8_t same_a[4] = {a[0], a[0], a[0], a[0]};
    const int8_t same_b[4] = {b[0], b[0], b[0], b[0]};
    const int8_t *left = (a_step != 0) ? a : same_a;
    const int8_t *right = (b_step != 0) ? b : same_b;
    const uint32_t less_a = both(-q.a_zero_point);
    const uint32_t less_b = both(-q.b_zero_point);
    for (int8_t *const end = &y[whole]; y != end; y += 4) {
        four(&q, less_a, less_b, tc_load4(left), tc_load4(right), y);
        left += 4 * a_step;
        right += 4 * b_step;
    }
    for (int32_t i = whole; i < q.shape.count; i++) {
        const int32_t exact = (a[i * a_step] - q.a_zero_point) * (b[i * b_step] - q.b_zero_point);
        *y = tc_requantize_dsp(exact, q.multiplier, q.offset, q.k);
        y++;
    }
    tc_narrow_s8(&y[-q.shape.count], q.shape.count, q.low, q.high);
}

/* Computes:  as tc_mul_s8_ref, where the innermost axis of each operand lies together or repeats one element.
 * Needs:     DSP. Shifts of 33 to 54.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: equal to tc_mul_s8_ref.
 * Measured:  Cortex-M4, tinyc profile, 8192 elements: 9.8 model cycles per element; tc_mul_s8_ref 50.
 */
#define TC_FUNCTION tc_mul_s8_dsp
#include "tinyc/products_body.h"

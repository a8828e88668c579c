#include "tinyc/unary.h"

/* Four elements; what is read comes before what is written, as neighbouring loads cost less. */
static inline void four(const uint8_t *table, const uint8_t *x, uint8_t *y)
{
    const uint32_t a = x[0];
    const uint32_t b = x[1];
    const uint32_t c = x[2];
    const uint32_t d = x[3];
    const uint8_t of_a = table[a];
    const uint8_t of_b = table[b];
    const uint8_t of_c = table[c];
    const uint8_t of_d = table[d];
    y[0] = of_a;
    y[1] = of_b;
    y[2] = of_c;
    y[3] = of_d;
}

/* Computes:  as tc_lut_s8_ref, four elements at a time, from a table by bytes.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: equal to tc_lut_s8_ref.
 * Measured:  Cortex-M3, tinyc profile, 8192 elements: 4.3 model cycles per element; tc_lut_s8_ref 10.0.
 */
TC_KERNEL void tc_lut_s8_scalar(const tc_lut_bytes *p, const int8_t *x, int8_t *y)
{
    const uint8_t *const table = p->table;
    const uint8_t *from = (const uint8_t *)x;
    const uint8_t *const end = &from[p->count];
    uint8_t *to = (uint8_t *)y;
    while ((end - from) >= 8) {
        four(table, from, to);
        four(table, &from[4], &to[4]);
        from += 8;
        to += 8;
    }
    while (from != end) {
        *to = table[*from];
        from++;
        to++;
    }
}

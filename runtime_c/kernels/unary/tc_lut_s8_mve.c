#include "tinyc/unary.h"

#if defined(__ARM_FEATURE_MVE)

static inline void look_up(const uint8_t *table, int32_t count, const uint8_t *x, uint8_t *y)
{
    __asm__ volatile("wlstp.8 lr, %[count], 2f\n"
                     "1:\n\t"
                     "vldrb.u8 q0, [%[x]], #16\n\t"
                     "vldrb.u8 q1, [%[table], q0]\n\t"
                     "vstrb.8 q1, [%[y]], #16\n\t"
                     "letp    lr, 1b\n"
                     "2:\n\t"
                     : [x] "+r"(x), [y] "+r"(y)
                     : [count] "r"(count), [table] "r"(table)
                     : "lr", "q0", "q1", "memory");
}

#else

static inline void look_up(const uint8_t *table, int32_t count, const uint8_t *x, uint8_t *y)
{
    for (int32_t i = 0; i < count; i++) {
        y[i] = table[x[i]];
    }
}

#endif

/* Computes:  as tc_lut_s8_ref, sixteen elements at a time, from a table by bytes.
 * Needs:     MVE.
 * Scratch:   none; y may be x.
 * Exactness: equal to tc_lut_s8_ref.
 * Measured:  Cortex-M55, tinyc profile, 8192 elements: 0.25 instructions per element; tc_lut_s8_ref 5.0.
 */
TC_KERNEL void tc_lut_s8_mve(const tc_lut_bytes *p, const int8_t *x, int8_t *y)
{
    look_up(p->table, p->count, (const uint8_t *)x, (uint8_t *)y);
}

/* What the blocks of T-pack for one pixel share: four channels, T01, T23, S0 and S2 their sums. */
#ifndef TINYC_TPACK_QUAD_H
#define TINYC_TPACK_QUAD_H

#include "tinyc/tpack.h"

#define TC_TPACK_QUAD_BYTES 72 /* of code for four inputs: TC_TPACK_QUAD */

#ifdef TC_SIMD_ARM

/* r4 T01, r5 T23, r6 S0, r7 S2; r0 to r3 weights of four inputs, which lie in r8 and r9; lr weights. */
#define TC_TPACK_WEIGHTS                                                                                               \
    "ldr.w r0, [lr], #4\n ldr.w r1, [lr], #4\n ldr.w r2, [lr], #4\n ldr.w r3, [lr], #4\n"
#define TC_TPACK_PRODUCTS                                                                                              \
    "smlad r4, r0, r8, r4\n smlad r5, r1, r8, r5\n smlad r4, r2, r9, r4\n smlad r5, r3, r9, r5\n"                      \
    "sxtb16 r0, r0\n sxtb16 r1, r1\n sxtb16 r2, r2\n sxtb16 r3, r3\n"                                                  \
    "smlad r6, r0, r8, r6\n smlad r7, r1, r8, r7\n smlad r6, r2, r9, r6\n smlad r7, r3, r9, r7\n"
/* With the inputs at r12: six loads in one batch, 19 cycles for 16 products. */
#define TC_TPACK_QUAD TC_TPACK_WEIGHTS "ldr.w r8, [r12], #4\n ldr.w r9, [r12], #4\n" TC_TPACK_PRODUCTS

/* Four outputs to where r1 points; r8 is at multiplier, offset and shift of four channels. */
#define TC_TPACK_REQUANT(acc)                                                                                          \
    "ldmia r8!, {r0, r1, r2}\n smmla " acc ", " acc ", r0, r1\n asr.w " acc ", " acc ", r2\n ssat " acc ", #8, " acc "\n"
#define TC_TPACK_REQUANT_QUAD                                                                                          \
    TC_TPACK_REQUANT("r6") TC_TPACK_REQUANT("r4") TC_TPACK_REQUANT("r7") TC_TPACK_REQUANT("r5")
#define TC_TPACK_STORE_QUAD "strb r6, [r1], #1\n strb r4, [r1], #1\n strb r7, [r1], #1\n strb r5, [r1], #1\n"

#else

/* Adds the products of one word of inputs and its two words of weights. */
static inline void tc_tpack_add(const int32_t weights[2], uint32_t x, int32_t t[2], int32_t s[2])
{
    for (int32_t i = 0; i < 2; i++) {
        const uint32_t pair = (uint32_t)weights[i];
        t[i] = tc_smlad(pair, x, t[i]);
        s[i] = tc_smlad(tc_sxtb16(pair), x, s[i]);
    }
}

/* 256 times the sum of an odd channel. */
static inline int32_t tc_tpack_odd(int32_t t, int32_t s)
{
    return (int32_t)((uint32_t)t - (uint32_t)s);
}

/* Four outputs; constants: multiplier, offset and shift of each. */
static inline void tc_tpack_requantize_quad(const int32_t constants[12], const int32_t t[2], const int32_t s[2],
                                            int8_t y[4])
{
    for (int32_t i = 0; i < 2; i++) {
        const int32_t *const q = &constants[6 * i];
        y[2 * i] = tc_requantize_dsp(s[i], q[0], q[1], q[2]);
        y[(2 * i) + 1] = tc_requantize_dsp(tc_tpack_odd(t[i], s[i]), q[3], q[4], q[5]);
    }
}

#endif

#endif

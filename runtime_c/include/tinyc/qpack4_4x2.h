/* The inner block of Q-pack with weights of 4 bits: four channels x two pixels. */
#ifndef TINYC_QPACK4_4X2_H
#define TINYC_QPACK4_4X2_H

#include "tinyc/qpack_4x2.h"

#define TC_QPACK4_UNROLLED 36 /* halves of four inputs */
#define TC_QPACK4_UNIT_4X2 56

#ifdef TC_SIMD_ARM

/* Three loads in one batch: 15 cycles for 16 products. The first products of the second pixel start from the sums of
 * the first one. */
#define TC_QPACK4_LOADS "ldr.w r0, [lr], #4\n ldr.w r1, [r12], #4\n ldr.w r2, [r12], #4\n"
#define TC_QPACK4_FIRST                                                                                                \
    TC_QPACK4_LOADS                                                                                                    \
    "smlad r8, r0, r2, r4\n smlad r4, r0, r1, r4\n"                                                                    \
    "bic r0, r0, #0xF000F000\n smlad r9, r0, r2, r5\n smlad r5, r0, r1, r5\n"                                          \
    "uxtb16 r0, r0\n smlad r10, r0, r2, r6\n smlad r6, r0, r1, r6\n"                                                   \
    "and r0, r0, #0x000F000F\n smlad r11, r0, r2, r7\n smlad r7, r0, r1, r7\n"
#define TC_QPACK4_PAIR                                                                                                 \
    TC_QPACK4_LOADS                                                                                                    \
    "smlad r4, r0, r1, r4\n smlad r8, r0, r2, r8\n"                                                                    \
    "bic r0, r0, #0xF000F000\n smlad r5, r0, r1, r5\n smlad r9, r0, r2, r9\n"                                          \
    "uxtb16 r0, r0\n smlad r6, r0, r1, r6\n smlad r10, r0, r2, r10\n"                                                  \
    "and r0, r0, #0x000F000F\n smlad r7, r0, r1, r7\n smlad r11, r0, r2, r11\n"

TC_KERNEL __attribute__((naked, noinline)) void tc_qpack4_4x2(const tc_qpack_run *run __attribute__((unused)))
{
    __asm__(
        TC_QPACK_BEGIN_4X2
        TC_QPACK4_FIRST
        "ldr.w pc, [sp, #52]\n"
        ".balign 4\n"
        "3:\n" /* 72 inputs */
        ".rept 36\n" TC_QPACK4_PAIR ".endr\n"
        "cmp r12, r3\n"
        "blo.w 3b\n"
        "ldrd r0, r1, [sp, #56]\n"
        TC_QPACK4_LANES("r0", "r4", "r5", "r6", "r7")
        TC_QPACK4_LANES("r1", "r8", "r9", "r10", "r11")
        "bne.w 5f\n"
        TC_QPACK_SHARED_BEGIN
        "lsl r12, r12, #4\n smmla r5, r5, r2, r12\n smmla r9, r9, r2, r12\n"
        "lsl r12, r12, #4\n smmla r4, r4, r3, r12\n smmla r8, r8, r3, r12\n"
        "ssat r7, #8, r7, asr #4\n ssat r11, #8, r11, asr #4\n ssat r6, #8, r6, asr #4\n ssat r10, #8, r10, asr #4\n"
        "ssat r5, #8, r5, asr #8\n ssat r9, #8, r9, asr #8\n ssat r4, #8, r4, asr #12\n ssat r8, #8, r8, asr #12\n"
        "4:\n"
        TC_QPACK_LEAVE_4X2
        "5:\n"
        TC_QPACK_OWN_4X2
        "b.w 4b\n");
}

#else

static inline void tc_qpack4_4x2(const tc_qpack_run *run)
{
    const tc_qpack_width width = {2, {4, 4, 8, 12}, tc_qpack4_forms, tc_qpack4_lanes};
    tc_qpack_all(run, &width);
}

#endif

/* A layer without its pixels: advance, y_step and last. */
static inline tc_qpack_layer tc_qpack4_layer(const int32_t *stream, int32_t offset, int32_t input_quads,
                                             int32_t channels)
{
    const int32_t left = ((2 * input_quads) - 1) % TC_QPACK4_UNROLLED;
    const int32_t skip = ((TC_QPACK4_UNROLLED - left) % TC_QPACK4_UNROLLED) * TC_QPACK4_UNIT_4X2;
    const tc_qpack_layer layer = {tc_qpack4_4x2, stream, offset, input_quads, channels, 2 * input_quads, skip, 0, 0,
                                  NULL};
    return layer;
}

#endif

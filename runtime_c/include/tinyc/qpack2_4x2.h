/* The inner block of Q-pack with weights of 2 bits: four channels x two pixels. */
#ifndef TINYC_QPACK2_4X2_H
#define TINYC_QPACK2_4X2_H

#include "tinyc/qpack_4x2.h"

#define TC_QPACK2_UNROLLED 8 /* fours of inputs */
#define TC_QPACK2_UNIT_4X2 116

#ifdef TC_SIMD_ARM

/* 31 cycles for 32 products; r3 does not keep the end of the columns. The first products of the second pixel start from
 * the sums of the first one. */
#define TC_QPACK2_HALF                                                                                                 \
    "smlad r4, r3, r1, r4\n smlad r8, r3, r2, r8\n"                                                                    \
    "and r3, r3, #0x003F003F\n smlad r5, r3, r1, r5\n smlad r9, r3, r2, r9\n"                                          \
    "and r3, r3, #0x000F000F\n smlad r6, r3, r1, r6\n smlad r10, r3, r2, r10\n"                                        \
    "and r3, r3, #0x00030003\n smlad r7, r3, r1, r7\n smlad r11, r3, r2, r11\n"
#define TC_QPACK2_START                                                                                                \
    "smlad r8, r3, r2, r4\n smlad r4, r3, r1, r4\n"                                                                    \
    "and r3, r3, #0x003F003F\n smlad r9, r3, r2, r5\n smlad r5, r3, r1, r5\n"                                          \
    "and r3, r3, #0x000F000F\n smlad r10, r3, r2, r6\n smlad r6, r3, r1, r6\n"                                         \
    "and r3, r3, #0x00030003\n smlad r11, r3, r2, r7\n smlad r7, r3, r1, r7\n"
#define TC_QPACK2_QUAD_OF(first)                                                                                       \
    "ldr.w r0, [lr], #4\n ldr.w r1, [r12], #4\n ldr.w r2, [r12], #4\n"                                                 \
    "sxtb16 r3, r0\n" first                                                                                            \
    "ldr.w r1, [r12], #4\n ldr.w r2, [r12], #4\n"                                                                      \
    "sxtb16 r3, r0, ror #8\n" TC_QPACK2_HALF

TC_KERNEL __attribute__((naked, noinline)) void tc_qpack2_4x2(const tc_qpack_run *run __attribute__((unused)))
{
    __asm__(
        TC_QPACK_BEGIN_4X2
        TC_QPACK2_QUAD_OF(TC_QPACK2_START)
        "ldr.w pc, [sp, #52]\n"
        ".balign 4\n"
        "3:\n" /* 32 inputs */
        ".rept 8\n" TC_QPACK2_QUAD_OF(TC_QPACK2_HALF) ".endr\n"
        "ldr r3, [sp, #48]\n"
        "cmp r12, r3\n"
        "blo.w 3b\n"
        "ldrd r0, r1, [sp, #56]\n"
        TC_QPACK2_LANES("r0", "r4", "r5", "r6", "r7")
        TC_QPACK2_LANES("r1", "r8", "r9", "r10", "r11")
        "bne.w 5f\n"
        TC_QPACK_SHARED_BEGIN
        "smmla r5, r5, r2, r12\n smmla r9, r9, r2, r12\n"
        "lsl r12, r12, #2\n smmla r4, r4, r3, r12\n smmla r8, r8, r3, r12\n"
        "ssat r7, #8, r7, asr #4\n ssat r11, #8, r11, asr #4\n ssat r6, #8, r6, asr #4\n ssat r10, #8, r10, asr #4\n"
        "ssat r5, #8, r5, asr #4\n ssat r9, #8, r9, asr #4\n ssat r4, #8, r4, asr #6\n ssat r8, #8, r8, asr #6\n"
        "4:\n"
        TC_QPACK_LEAVE_4X2
        "5:\n"
        TC_QPACK_OWN_4X2
        "b.w 4b\n");
}

#else

static inline void tc_qpack2_4x2(const tc_qpack_run *run)
{
    const tc_qpack_width width = {1, {4, 4, 4, 6}, tc_qpack2_forms, tc_qpack2_lanes};
    tc_qpack_all(run, &width);
}

#endif

/* A layer without its pixels: advance, y_step and last. */
static inline tc_qpack_layer tc_qpack2_layer(const int32_t *stream, int32_t offset, int32_t input_quads,
                                             int32_t channels)
{
    const int32_t first = ((input_quads + TC_QPACK2_UNROLLED - 2) % TC_QPACK2_UNROLLED) + 1; /* units of a first round */
    const int32_t entered = (input_quads == 1) ? 0 : first;
    const int32_t skip = (TC_QPACK2_UNROLLED - entered) * TC_QPACK2_UNIT_4X2;
    const tc_qpack_layer layer = {tc_qpack2_4x2, stream, offset, input_quads, channels, input_quads, skip, 0, 0, NULL};
    return layer;
}

#endif

/* The inner block of Q-pack with weights of 4 bits for one pixel: four channels. */
#ifndef TINYC_QPACK4_4X1_H
#define TINYC_QPACK4_4X1_H

#include "tinyc/qpack.h"

#ifdef TC_SIMD_ARM

/* Four loads in one batch: 19 cycles for 16 products. */
#define TC_QPACK_QUAD                                                                                                  \
    "ldr.w r0, [lr], #4\n ldr.w r1, [lr], #4\n ldr.w r2, [r12], #4\n ldr.w r8, [r12], #4\n"                            \
    "smlad r4, r0, r2, r4\n smlad r4, r1, r8, r4\n"                                                                    \
    "bic r0, r0, #0xF000F000\n bic r1, r1, #0xF000F000\n smlad r5, r0, r2, r5\n smlad r5, r1, r8, r5\n"                \
    "uxtb16 r0, r0\n uxtb16 r1, r1\n smlad r6, r0, r2, r6\n smlad r6, r1, r8, r6\n"                                    \
    "and r0, r0, #0x000F000F\n and r1, r1, #0x000F000F\n smlad r7, r0, r2, r7\n smlad r7, r1, r8, r7\n"

#endif

#define TC_QPACK_BLOCK tc_qpack4_4x1
#define TC_QPACK_ONE_PIXEL tc_qpack4_one_pixel
#define TC_QPACK_WORDS 2
#define TC_QPACK_UNIT 72
#define TC_QPACK_SUM TC_QPACK4_SUM
#define TC_QPACK_LANES TC_QPACK4_LANES
#define TC_QPACK_FORMS tc_qpack4_forms
#define TC_QPACK_SETTLE tc_qpack4_lanes
#include "tinyc/qpack_4x1_body.h"

#endif

/* The inner block of Q-pack with weights of 2 bits for one pixel: four channels. */
#ifndef TINYC_QPACK2_4X1_H
#define TINYC_QPACK2_4X1_H

#include "tinyc/qpack.h"

#ifdef TC_SIMD_ARM

/* Three loads in one batch: 20 cycles for 16 products. */
#define TC_QPACK_QUAD                                                                                                  \
    "ldr.w r0, [lr], #4\n ldr.w r2, [r12], #4\n ldr.w r8, [r12], #4\n"                                                 \
    "sxtb16 r1, r0, ror #8\n sxtb16 r0, r0\n smlad r4, r0, r2, r4\n smlad r4, r1, r8, r4\n"                            \
    "and r1, r1, #0x003F003F\n and r0, r0, #0x003F003F\n smlad r5, r0, r2, r5\n smlad r5, r1, r8, r5\n"                \
    "and r1, r1, #0x000F000F\n and r0, r0, #0x000F000F\n smlad r6, r0, r2, r6\n smlad r6, r1, r8, r6\n"                \
    "and r1, r1, #0x00030003\n and r0, r0, #0x00030003\n smlad r7, r0, r2, r7\n smlad r7, r1, r8, r7\n"

#endif

#define TC_QPACK_BLOCK tc_qpack2_4x1
#define TC_QPACK_ONE_PIXEL tc_qpack2_one_pixel
#define TC_QPACK_WORDS 1
#define TC_QPACK_UNIT 76
#define TC_QPACK_SUM TC_QPACK2_SUM
#define TC_QPACK_LANES TC_QPACK2_LANES
#define TC_QPACK_FORMS tc_qpack2_forms
#define TC_QPACK_SETTLE tc_qpack2_lanes
#include "tinyc/qpack_4x1_body.h"

#endif

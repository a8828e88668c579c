/* Blocks of four channels x four inputs, two pixels. Words and columns as in tpack.h. */
#ifndef TINYC_TPACK_BLOCKS4_4X2_H
#define TINYC_TPACK_BLOCKS4_4X2_H

#include "tinyc/tpack_blocks.h"

#ifdef TC_SIMD_ARM

/* 33 cycles for 32 products. */
#define TC_BLOCKS4_UNIT(distance)                                                                                      \
    "ldrb.w r3, [lr" distance "\n ldr.w r0, [lr], #4\n ldr.w r1, [lr], #4\n"                                           \
    "add.w r12, r12, r3, lsl #4\n ldr.w r2, [r12]\n ldr.w r3, [r12, #4]\n" TC_BLOCKS4_HALF                             \
    "ldr.w r0, [lr], #4\n ldr.w r1, [lr], #4\n ldr.w r2, [r12, #8]\n ldr.w r3, [r12, #12]\n" TC_BLOCKS4_HALF
#define TC_BLOCKS4_HALF                                                                                                \
    "smlad r4, r0, r2, r4\n smlad r5, r1, r2, r5\n smlad r8, r0, r3, r8\n smlad r9, r1, r3, r9\n"                      \
    "sxtb16 r0, r0\n sxtb16 r1, r1\n"                                                                                  \
    "smlad r6, r0, r2, r6\n smlad r7, r1, r2, r7\n smlad r10, r0, r3, r10\n smlad r11, r1, r3, r11\n"
#define TC_BLOCK_UNITS                                                                                                 \
    TC_BLOCKS4_UNIT("], #4") TC_BLOCKS4_UNIT(", #-19]") TC_BLOCKS4_UNIT(", #-34]") TC_BLOCKS4_UNIT(", #-49]")
#define TC_BLOCK_ROUNDS "2"

#endif

#define TC_BLOCK_WORDS 4
#define TC_BLOCKS_RUN tc_blocks4_run
#define TC_BLOCKS_QUAD tc_blocks4_quad
#define TC_BLOCKS_PAIRS tc_blocks4_pairs
#define TC_BLOCKS_PIXELS tc_blocks4_pixels
#include "tinyc/tpack_blocks_4x2.h"

#endif

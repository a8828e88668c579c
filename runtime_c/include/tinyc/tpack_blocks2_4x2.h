/* Blocks of four channels x two inputs, two pixels. A word of T-pack holds inputs k and k + 1 here.
 * columns: [inputs / 2][pixel], words of inputs k and k + 1 as int16
 */
#ifndef TINYC_TPACK_BLOCKS2_4X2_H
#define TINYC_TPACK_BLOCKS2_4X2_H

#include "tinyc/tpack_blocks.h"

#ifdef TC_SIMD_ARM

/* 18 cycles for 16 products. */
#define TC_BLOCKS2_UNIT(distance)                                                                                      \
    "ldrb.w r3, [lr" distance "\n ldr.w r0, [lr], #4\n ldr.w r1, [lr], #4\n"                                           \
    "add.w r12, r12, r3, lsl #3\n ldr.w r2, [r12]\n ldr.w r3, [r12, #4]\n" TC_TPACK_PAIR_PRODUCTS
#define TC_BLOCK_UNITS                                                                                                 \
    TC_BLOCKS2_UNIT("], #4") TC_BLOCKS2_UNIT(", #-11]") TC_BLOCKS2_UNIT(", #-18]") TC_BLOCKS2_UNIT(", #-25]")
#define TC_BLOCK_ROUNDS "4"

#endif

#define TC_BLOCK_WORDS 2
#define TC_BLOCKS_RUN tc_blocks2_run
#define TC_BLOCKS_QUAD tc_blocks2_quad
#define TC_BLOCKS_PAIRS tc_blocks2_pairs
#define TC_BLOCKS_PIXELS tc_blocks2_pixels
#include "tinyc/tpack_blocks_4x2.h"

#endif

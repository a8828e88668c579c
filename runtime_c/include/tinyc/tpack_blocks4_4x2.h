/* Blocks of four channels x four inputs, two pixels. Words and columns as in tpack.h. */
#ifndef TINYC_TPACK_BLOCKS4_4X2_H
#define TINYC_TPACK_BLOCKS4_4X2_H

#include "tinyc/tpack_blocks.h"

#ifdef TC_SIMD_ARM

/* 33 cycles for 32 products. */
#define TC_BLOCKS4_UNIT(distance)                                                                                      \
    "ldrb.w r3, [lr" distance "\n ldr.w r0, [lr], #4\n ldr.w r1, [lr], #4\n"                                           \
    "add.w r12, r12, r3, lsl #4\n ldr.w r2, [r12]\n ldr.w r3, [r12, #4]\n" TC_TPACK_PAIR_PRODUCTS                      \
    "ldr.w r0, [lr], #4\n ldr.w r1, [lr], #4\n ldr.w r2, [r12, #8]\n ldr.w r3, [r12, #12]\n" TC_TPACK_PAIR_PRODUCTS
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

/* Blocks of four channels x two inputs, one pixel. A word of T-pack holds inputs k and k + 1 here.
 * columns: [inputs / 2], words of inputs k and k + 1 as int16; constants: tpack_4x1.h
 */
#ifndef TINYC_TPACK_BLOCKS2_4X1_H
#define TINYC_TPACK_BLOCKS2_4X1_H

#include "tinyc/tpack_blocks_pixel.h"

#ifdef TC_SIMD_ARM

/* 13 cycles for 8 products. */
#define TC_BLOCKS2_UNIT(distance)                                                                                      \
    "ldrb.w r3, [lr" distance "\n ldr.w r0, [lr], #4\n ldr.w r1, [lr], #4\n"                                           \
    "add.w r12, r12, r3, lsl #2\n ldr.w r2, [r12]\n"                                                                   \
    "smlad r4, r0, r2, r4\n smlad r5, r1, r2, r5\n sxtb16 r0, r0\n sxtb16 r1, r1\n"                                    \
    "smlad r6, r0, r2, r6\n smlad r7, r1, r2, r7\n"
#define TC_BLOCK_UNITS                                                                                                 \
    TC_BLOCKS2_UNIT("], #4") TC_BLOCKS2_UNIT(", #-11]") TC_BLOCKS2_UNIT(", #-18]") TC_BLOCKS2_UNIT(", #-25]")
#define TC_BLOCK_ROUNDS "4"

#endif

#define TC_BLOCK_WORDS 2
#define TC_BLOCKS_PIXEL tc_blocks2_pixel
#define TC_ONE_PIXEL_OF tc_blocks2_one_pixel
#include "tinyc/tpack_blocks_4x1.h"

#endif

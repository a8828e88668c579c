/* Blocks of four channels x four inputs, one pixel. Words as in tpack.h.
 * columns: [inputs / 4][k even, k odd], words of inputs k and k + 2 as int16; constants: tpack_4x1.h
 */
#ifndef TINYC_TPACK_BLOCKS4_4X1_H
#define TINYC_TPACK_BLOCKS4_4X1_H

#include "tinyc/tpack_blocks_pixel.h"

#ifdef TC_SIMD_ARM

/* 22 cycles for 16 products. */
#define TC_BLOCKS4_UNIT(distance)                                                                                      \
    "ldrb.w r10, [lr" distance "\n"                                                                                    \
    TC_TPACK_WEIGHTS                                                                                                   \
    "add.w r12, r12, r10, lsl #3\n ldr.w r8, [r12]\n ldr.w r9, [r12, #4]\n" TC_TPACK_PRODUCTS
#define TC_BLOCK_UNITS                                                                                                 \
    TC_BLOCKS4_UNIT("], #4") TC_BLOCKS4_UNIT(", #-19]") TC_BLOCKS4_UNIT(", #-34]") TC_BLOCKS4_UNIT(", #-49]")
#define TC_BLOCK_ROUNDS "2"

#endif

#define TC_BLOCK_WORDS 4
#define TC_BLOCKS_PIXEL tc_blocks4_pixel
#define TC_ONE_PIXEL_OF tc_blocks4_one_pixel
#include "tinyc/tpack_blocks_4x1.h"

#endif

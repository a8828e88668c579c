/* Depthwise 3x3 as in depthwise_3x3.h, with outputs as int16 in the columns of T-pack (tpack.h): what follows reads them
 * without another pass. The two pixels of a column's pair lie one below the other, in an even and the next row.
 */
#ifndef TINYC_DEPTHWISE_COLUMNS_3X3_H
#define TINYC_DEPTHWISE_COLUMNS_3X3_H

#include "tinyc/depthwise_3x3.h"

/* Of tc_dw3x3: y is the channel's place in the first columns, step bytes from one column of outputs to its right
 * neighbour, row_bytes from one pair of rows to the next. The number of rows is even. */

#if defined(TC_SIMD_ARM) && defined(__ARM_FP)

/* Two rows x two columns; of a single column, the right outputs go where the left ones follow. */
#define TC_DW_PUT                                                                                                      \
    "vmov r0, s3\n vmov r1, s4\n add r0, r0, lr\n"                                                                     \
    "strh r3, [r0]\n strh r5, [r0, #4]\n strh r2, [lr]\n strh r4, [lr, #4]\n add lr, lr, r1\n"

TC_KERNEL __attribute__((naked, noinline)) void
tc_dw3x3_columns(const tc_dw3x3 *run __attribute__((unused)))
{
    __asm__(TC_DW_BEGIN "cmp lr, #2\n beq.w 20f\n vmov r0, s7\n cmp r0, #8\n bne.w 10f\n");
    __asm__("1:\n" /* two columns */
            "vmov r12, s8\n vmov lr, s9\n vmov r1, s10\n vmov r2, s11\n"
            "add r3, r2, r12\n vmov s5, r3\n"
            "subs r1, r1, #2\n bmi.w 5f\n"
            "vmov s10, r1\n vmov r0, s3\n"
            "add r3, r12, #108\n vmov s8, r3\n"
            "add r3, lr, r0, lsl #1\n vmov s9, r3\n"
            "tst r2, #8\n beq.w 4f\n"
            "2:\n" TC_DW_SUMS1 TC_DW_FAST TC_DW_PUT
            "4:\n" TC_DW_SUMS1 TC_DW_FAST TC_DW_PUT
            "vmov r0, s5\n cmp r12, r0\n bls.w 2b\n"
            TC_DW_ENDS("1")
            "5:\n" TC_DW_HALF_SUMS1
            "vmov r1, s4\n strh r2, [lr]\n strh r4, [lr, #4]\n add lr, lr, r1\n"
            "vmov r0, s5\n cmp r12, r0\n bls 5b\n"
            "pop {r4-r11, pc}\n");
    __asm__("10:\n"
            TC_DW_COLUMNS("11", "#108")
            "12:\n" TC_DW_SUMS1 TC_DW_ANY TC_DW_PUT
            "vmov r0, s5\n cmp r12, r0\n bls 12b\n"
            TC_DW_ENDS("11"));
    __asm__("20:\n"
            TC_DW_COLUMNS("21", "#216")
            "22:\n vmov s6, lr\n"
            TC_DW_SUMS2 TC_DW_ANY
            "vmov lr, s6\n" TC_DW_PUT
            "vmov r0, s5\n cmp r12, r0\n bls 22b\n"
            TC_DW_ENDS("21"));
}

#else

static inline void tc_dw3x3_columns(const tc_dw3x3 *run)
{
    const int32_t rows = (run->last / (4 * run->stride)) + 2;
    for (int32_t column = 0; column < run->columns; column++) {
        const int32_t left = column * run->stride;
        for (int32_t row = 0; row < rows; row++) {
            const uint32_t *x = &run->plane[((left / 2) * TC_DW3X3_PITCH) + (row * run->stride)];
            const int16_t value = tc_dw3x3_one(run, x, left % 2);
            const int32_t place = ((row / 2) * run->row_bytes) + (column * run->step) + (4 * (row % 2));
            (void)memcpy(&run->y[place], &value, sizeof value);
        }
    }
}

#endif

#endif

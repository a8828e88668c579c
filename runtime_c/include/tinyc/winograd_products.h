/* The products of Winograd's F(4x4, 3x3): at each of 36 positions, four output channels x two tiles.
 *
 * weights:  [36][inputs / 2][4 channels], words of two int16
 * inputs:   [36][inputs / 2][2 tiles], words of two int16
 * products: [36][2 tiles][4 channels], modulo 2^32
 */
#ifndef TINYC_WINOGRAD_PRODUCTS_H
#define TINYC_WINOGRAD_PRODUCTS_H

#include "tinyc/simd.h"

#define TC_WINOGRAD_POSITIONS 36
#define TC_WINOGRAD_UNROLLED 8
#define TC_WINOGRAD_UNIT 56

typedef struct {
    const int32_t *weights;
    const uint32_t *inputs;
    uint32_t *products;
    int32_t inputs_bytes; /* of one position: 8 for each pair of inputs, at least 16 */
    int32_t skip;         /* bytes of code before the entry into the unrolled loop */
} tc_winograd_run;

#ifdef TC_SIMD_ARM

/* r4 to r7 four channels of the first tile, r8 to r11 of the second; r12 inputs, lr weights. The first pair of inputs
 * multiplies, the others accumulate: 16 cycles for 16 products. */
#define TC_WINOGRAD_PAIR(first, second)                                                                                \
    "ldr.w r0, [lr], #4\n ldr.w r1, [lr], #4\n ldr.w r2, [r12], #4\n ldr.w r3, [r12], #4\n" first                      \
    "ldr.w r0, [lr], #4\n ldr.w r1, [lr], #4\n" second
#define TC_WINOGRAD_START                                                                                              \
    TC_WINOGRAD_PAIR("smuad r4, r0, r2\n smuad r5, r1, r2\n smuad r8, r0, r3\n smuad r9, r1, r3\n",                    \
                     "smuad r6, r0, r2\n smuad r7, r1, r2\n smuad r10, r0, r3\n smuad r11, r1, r3\n")
#define TC_WINOGRAD_MORE                                                                                               \
    TC_WINOGRAD_PAIR("smlad r4, r0, r2, r4\n smlad r5, r1, r2, r5\n smlad r8, r0, r3, r8\n smlad r9, r1, r3, r9\n",    \
                     "smlad r6, r0, r2, r6\n smlad r7, r1, r2, r7\n smlad r10, r0, r3, r10\n smlad r11, r1, r3, r11\n")

_Static_assert(sizeof(tc_winograd_run) == 20u, "the assembly copies tc_winograd_run by five words");

/* At sp: 0 end of the inputs of this position, 4 entry into the loop, 8 products, 12 their end, 16 inputs_bytes. */
TC_KERNEL __attribute__((naked, noinline)) void tc_winograd_products(const tc_winograd_run *run __attribute__((unused)))
{
    __asm__(
        "push {r4-r11, lr}\n"
        "sub sp, sp, #20\n"
        "ldmia r0, {r1-r5}\n"
        "mov lr, r1\n"
        "mov r12, r2\n"
        "add r2, r2, r4\n"
        "adr.w r0, 2f\n"
        "add r5, r5, r0\n"
        "orr r5, r5, #1\n"
        "add r6, r3, #1152\n"
        "strd r2, r5, [sp]\n"
        "strd r3, r6, [sp, #8]\n"
        "str r4, [sp, #16]\n"
        "1:\n" /* a position */
        TC_WINOGRAD_START
        "ldr.w pc, [sp, #4]\n"
        ".balign 4\n"
        "2:\n" /* eight pairs of inputs */
        ".rept 8\n" TC_WINOGRAD_MORE ".endr\n"
        "ldr r0, [sp]\n"
        "cmp r12, r0\n"
        "bne.w 2b\n"
        "ldr r1, [sp, #8]\n"
        "stmia r1!, {r4-r11}\n"
        "str r1, [sp, #8]\n"
        "ldr r2, [sp, #16]\n"
        "ldr r3, [sp, #12]\n"
        "add r0, r0, r2\n"
        "str r0, [sp]\n"
        "cmp r1, r3\n"
        "bne.w 1b\n"
        "add sp, sp, #20\n"
        "pop {r4-r11, pc}\n");
}

#else

static inline void tc_winograd_products(const tc_winograd_run *run)
{
    const int32_t *weights = run->weights;
    const uint32_t *inputs = run->inputs;
    for (int32_t position = 0; position < TC_WINOGRAD_POSITIONS; position++) {
        int32_t sums[8] = {0};
        for (int32_t pair = 0; pair < (run->inputs_bytes / 8); pair++) {
            for (int32_t i = 0; i < 8; i++) {
                sums[i] = tc_smlad((uint32_t)weights[i % 4], inputs[i / 4], sums[i]);
            }
            weights += 4;
            inputs += 2;
        }
        (void)memcpy(&run->products[8 * position], sums, sizeof sums);
    }
}

#endif

#endif

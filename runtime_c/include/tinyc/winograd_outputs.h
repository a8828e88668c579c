/* Winograd's F(4x4, 3x3): from the products of a tile to 4x4 outputs of up to four channels.
 *
 * All sums are modulo 2^32. The inverse transform yields 9 * 2^s * sum, s from 2 to 6; the inverse of 9, times 2^(6-s),
 * leaves 64 * sum.
 */
#ifndef TINYC_WINOGRAD_OUTPUTS_H
#define TINYC_WINOGRAD_OUTPUTS_H

#include "tinyc/requant_dsp.h"

typedef struct {
    uint32_t *products;       /* of the first channel: [36][2 tiles][4 channels]; the bias is added to them */
    const int32_t *constants; /* 36 * bias, multiplier, offset, shift of each channel */
    int8_t *y;
    int32_t row_step;
    int32_t pixel_step;
    int32_t channels;
} tc_winograd_outputs;

#ifdef TC_SIMD_ARM

/* m0 to m5 in r1 to r6; results in r1, r3, r7, r2. */
#define TC_WINOGRAD_BACK                                                                                               \
    "add r7, r2, r3\n sub r2, r2, r3\n add r8, r4, r5\n sub r4, r4, r5\n"                                              \
    "add r1, r1, r8\n add r1, r1, r7, lsl #2\n"                                                                        \
    "add r3, r4, r2, lsl #1\n"                                                                                         \
    "add r7, r7, r8\n"                                                                                                 \
    "add r2, r2, r6\n add r2, r2, r4, lsl #1\n"
/* One of six, by the assembler's symbol c. */
#define TC_WINOGRAD_COLUMN                                                                                             \
    "ldr.w r1, [r0, #32*\\c]\n ldr.w r2, [r0, #32*\\c+192]\n ldr.w r3, [r0, #32*\\c+384]\n"                           \
    "ldr.w r4, [r0, #32*\\c+576]\n ldr.w r5, [r0, #32*\\c+768]\n ldr.w r6, [r0, #32*\\c+960]\n"                       \
    TC_WINOGRAD_BACK                                                                                                   \
    "str r1, [sp, #4*\\c]\n str r3, [sp, #4*\\c+24]\n str r7, [sp, #4*\\c+48]\n str r2, [sp, #4*\\c+72]\n"
#define TC_WINOGRAD_REQUANT(sum)                                                                                       \
    "smmla " sum ", " sum ", r10, r11\n asr.w " sum ", " sum ", r12\n ssat " sum ", #8, " sum "\n"
#define TC_WINOGRAD_ROW                                                                                                \
    "ldmia.w r9!, {r1-r6}\n"                                                                                           \
    TC_WINOGRAD_BACK                                                                                                   \
    "lsl.w r8, lr, #1\n lsl.w r5, lr, #2\n"                                                                            \
    "mul r1, r1, lr\n mul r3, r3, r8\n mul r7, r7, r5\n mul r2, r2, r5\n"                                              \
    TC_WINOGRAD_REQUANT("r1") TC_WINOGRAD_REQUANT("r3") TC_WINOGRAD_REQUANT("r7") TC_WINOGRAD_REQUANT("r2")            \
    "ldr r6, [sp, #112]\n ldr r5, [sp, #108]\n"                                                                        \
    "add r4, r0, r6, lsl #1\n"                                                                                         \
    "strb r1, [r0]\n strb r3, [r0, r6]\n strb r7, [r4]\n strb r2, [r4, r6]\n"                                          \
    "add r0, r0, r5\n"

_Static_assert(sizeof(tc_winograd_outputs) == 24u, "the assembly copies tc_winograd_outputs by six words");

/* At sp: 0 rows; 96 products, 100 constants, 104 y, 108 row_step, 112 pixel_step, 116 channels. */
TC_KERNEL __attribute__((naked, noinline)) void tc_winograd_write(
    const tc_winograd_outputs *outputs __attribute__((unused)))
{
    __asm__(
        "push {r4-r11, lr}\n"
        "sub sp, sp, #124\n"
        "ldmia r0, {r1-r6}\n"
        "add r0, sp, #96\n"
        "stmia r0, {r1-r6}\n"
        "1:\n" /* a channel */
        "ldr r0, [sp, #96]\n ldr.w r9, [sp, #100]\n"
        "ldr r1, [r0, #224]\n ldr.w r2, [r9]\n"
        "add r1, r1, r2\n"
        "str r1, [r0, #224]\n"
        ".irp c, 0, 1, 2, 3, 4, 5\n" TC_WINOGRAD_COLUMN ".endr\n"
        "adds r0, r0, #4\n"
        "str r0, [sp, #96]\n"
        "adds.w r9, r9, #4\n"
        "ldmia.w r9!, {r10-r12}\n"
        "str.w r9, [sp, #100]\n"
        "ldr r0, [sp, #104]\n"
        "add r1, r0, #1\n"
        "str r1, [sp, #104]\n"
        "movw lr, #0x8E39\n movt lr, #0x38E3\n"
        "mov r9, sp\n"
        ".rept 2\n" TC_WINOGRAD_ROW "lsl.w lr, lr, #1\n .endr\n"
        ".rept 2\n" TC_WINOGRAD_ROW ".endr\n"
        "ldr r0, [sp, #116]\n"
        "subs r0, r0, #1\n"
        "str r0, [sp, #116]\n"
        "bne.w 1b\n"
        "add sp, sp, #124\n"
        "pop {r4-r11, pc}\n");
}

#else

#define TC_WINOGRAD_INVERSE_OF_9 0x38E38E39u /* modulo 2^32 */

/* Four of six values, times 8, 4, 2 and 2 (and 3). */
static inline void tc_winograd_back(const uint32_t *m, int32_t step, uint32_t z[4])
{
    const uint32_t a = m[step] + m[2 * step];
    const uint32_t b = m[step] - m[2 * step];
    const uint32_t c = m[3 * step] + m[4 * step];
    const uint32_t d = m[3 * step] - m[4 * step];
    z[0] = m[0] + (4u * a) + c;
    z[1] = d + (2u * b);
    z[2] = a + c;
    z[3] = b + (2u * d) + m[5 * step];
}

static inline void tc_winograd_channel(uint32_t *m, const int32_t *constants, int8_t *y, int32_t row_step,
                                       int32_t pixel_step)
{
    static const int32_t up[4] = {0, 1, 2, 2};
    uint32_t columns[6][4];
    m[8 * 7] += (uint32_t)constants[0];
    for (int32_t column = 0; column < 6; column++) {
        tc_winograd_back(&m[8 * column], 8 * 6, columns[column]);
    }
    for (int32_t row = 0; row < 4; row++) {
        uint32_t z[4];
        tc_winograd_back(&columns[0][row], 4, z);
        for (int32_t i = 0; i < 4; i++) {
            const uint32_t sum = (z[i] * TC_WINOGRAD_INVERSE_OF_9) << (up[row] + up[i]);
            y[(row * row_step) + (i * pixel_step)] =
                tc_requantize_dsp((int32_t)sum, constants[1], constants[2], constants[3]);
        }
    }
}

static inline void tc_winograd_write(const tc_winograd_outputs *outputs)
{
    for (int32_t c = 0; c < outputs->channels; c++) {
        tc_winograd_channel(&outputs->products[c], &outputs->constants[4 * c], &outputs->y[c], outputs->row_step,
                            outputs->pixel_step);
    }
}

#endif

#endif

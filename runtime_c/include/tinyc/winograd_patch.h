/* Winograd's F(4x4, 3x3): the transform of patches of 6x6 pixels, two channels at a time.
 *
 * Two sums share a register as one integer, 65536 * one + the other; inputs are 0 to 255. At the end what the lower sum
 * borrowed returns, and both are int16.
 */
#ifndef TINYC_WINOGRAD_PATCH_H
#define TINYC_WINOGRAD_PATCH_H

#include "tinyc/simd.h"

#define TC_WINOGRAD_PATCH 6

typedef struct {
    const int8_t *x;
    int32_t row_step;
    int32_t pixel_step;
    uint32_t *v;            /* of channels 0 and 2, or 1 and 3, at the first position */
    int32_t position_bytes; /* of v */
    int32_t quads;          /* of channels; v takes 16 bytes for each */
} tc_winograd_patch;

#ifdef TC_SIMD_ARM

/* d0 to d5 in r4 to r9, and so are the results. */
#define TC_WINOGRAD_ALONG                                                                                              \
    "sub r10, r8, r6\n sub r11, r7, r5\n"                                                                              \
    "sub r4, r4, r6\n add r4, r10, r4, lsl #2\n"                                                                       \
    "sub r9, r9, r7\n sub r9, r9, r11, lsl #2\n"                                                                       \
    "sub r8, r8, r6, lsl #2\n sub r7, r7, r5, lsl #2\n"                                                                \
    "add r5, r8, r7\n sub r6, r8, r7\n"                                                                                \
    "add r7, r10, r11, lsl #1\n sub r8, r10, r11, lsl #1\n"
#define TC_WINOGRAD_HALVES(sums, other) "and " other ", " sums ", #0x8000\n add " sums ", " sums ", " other ", lsl #1\n"

_Static_assert(sizeof(tc_winograd_patch) == 24u, "the assembly copies tc_winograd_patch by six words");

/* At sp: 0 columns, transformed, by rows; 144 x, 148 row_step, 152 pixel_step, 156 v, 160 position_bytes, 164 quads.
 * ROTATION brings the odd channels of a word to where SXTAB16 takes them. */
#define TC_WINOGRAD_TRANSFORM_PATCH(NAME, ROTATION)                                                                    \
    TC_KERNEL __attribute__((naked, noinline)) void NAME(const tc_winograd_patch *patch __attribute__((unused)))       \
    {                                                                                                                  \
        __asm__(                                                                                                       \
            "push {r4-r11, lr}\n"                                                                                      \
            "sub sp, sp, #172\n"                                                                                       \
            "ldmia r0, {r1-r6}\n"                                                                                      \
            "add r0, sp, #144\n"                                                                                       \
            "stmia r0, {r1-r6}\n"                                                                                      \
            "1:\n" /* two of four channels */                                                                          \
            "ldr r0, [sp, #144]\n ldr r1, [sp, #148]\n"                                                                \
            "add r2, r0, r1\n add r2, r2, r1, lsl #1\n"                                                                \
            "mov r3, sp\n mov.w r12, #6\n mov.w lr, #0x00800080\n"                                                     \
            "2:\n" /* a column */                                                                                      \
            "ldr r4, [r0]\n ldr r5, [r0, r1]\n ldr.w r6, [r0, r1, lsl #1]\n"                                           \
            "ldr r7, [r2]\n ldr.w r8, [r2, r1]\n ldr.w r9, [r2, r1, lsl #1]\n"                                         \
            "ldr.w r10, [sp, #152]\n"                                                                                  \
            "add r0, r0, r10\n add r2, r2, r10\n"                                                                      \
            "sxtab16 r4, lr, r4" ROTATION "\n sxtab16 r5, lr, r5" ROTATION "\n sxtab16 r6, lr, r6" ROTATION "\n"       \
            "sxtab16 r7, lr, r7" ROTATION "\n sxtab16 r8, lr, r8" ROTATION "\n sxtab16 r9, lr, r9" ROTATION "\n"       \
            TC_WINOGRAD_ALONG                                                                                          \
            "str r5, [r3, #24]\n str r6, [r3, #48]\n str r7, [r3, #72]\n"                                              \
            "str.w r8, [r3, #96]\n str.w r9, [r3, #120]\n str r4, [r3], #4\n"                                          \
            "subs.w r12, r12, #1\n"                                                                                    \
            "bne.w 2b\n"                                                                                               \
            "mov r3, sp\n mov.w r12, #6\n"                                                                             \
            "ldr r0, [sp, #156]\n ldr r1, [sp, #160]\n"                                                                \
            "add r2, r0, r1\n add r2, r2, r1, lsl #1\n"                                                                \
            "add.w lr, r1, r1, lsl #1\n lsl.w lr, lr, #1\n"                                                            \
            "3:\n" /* a row */                                                                                         \
            "ldmia.w r3!, {r4-r9}\n"                                                                                   \
            TC_WINOGRAD_ALONG                                                                                          \
            TC_WINOGRAD_HALVES("r4", "r10") TC_WINOGRAD_HALVES("r5", "r11") TC_WINOGRAD_HALVES("r6", "r10")            \
            TC_WINOGRAD_HALVES("r7", "r11") TC_WINOGRAD_HALVES("r8", "r10") TC_WINOGRAD_HALVES("r9", "r11")            \
            "str r4, [r0]\n str r5, [r0, r1]\n str.w r6, [r0, r1, lsl #1]\n"                                           \
            "str r7, [r2]\n str.w r8, [r2, r1]\n str.w r9, [r2, r1, lsl #1]\n"                                         \
            "add r0, r0, lr\n add r2, r2, lr\n"                                                                        \
            "subs.w r12, r12, #1\n"                                                                                    \
            "bne.w 3b\n"                                                                                               \
            "ldr r0, [sp, #144]\n ldr r1, [sp, #156]\n ldr r2, [sp, #164]\n"                                           \
            "adds r0, r0, #4\n adds r1, r1, #16\n"                                                                     \
            "str r0, [sp, #144]\n str r1, [sp, #156]\n"                                                                \
            "subs r2, r2, #1\n"                                                                                        \
            "str r2, [sp, #164]\n"                                                                                     \
            "bne.w 1b\n"                                                                                               \
            "add sp, sp, #172\n"                                                                                       \
            "pop {r4-r11, pc}\n");                                                                                     \
    }

TC_WINOGRAD_TRANSFORM_PATCH(tc_winograd_patch_even, "")
TC_WINOGRAD_TRANSFORM_PATCH(tc_winograd_patch_odd, ", ror #8")

#else

static inline void tc_winograd_along(const uint32_t d[TC_WINOGRAD_PATCH], uint32_t t[TC_WINOGRAD_PATCH])
{
    const uint32_t p = d[4] - (4u * d[2]);
    const uint32_t q = d[3] - (4u * d[1]);
    const uint32_t r = d[4] - d[2];
    const uint32_t s = d[3] - d[1];
    t[0] = r + (4u * (d[0] - d[2]));
    t[1] = p + q;
    t[2] = p - q;
    t[3] = r + (2u * s);
    t[4] = r - (2u * s);
    t[5] = (d[5] - d[3]) - (4u * s);
}

static inline void tc_winograd_two_channels(const tc_winograd_patch *patch, int32_t quad, int32_t odd)
{
    uint32_t columns[TC_WINOGRAD_PATCH][TC_WINOGRAD_PATCH];
    for (int32_t column = 0; column < TC_WINOGRAD_PATCH; column++) {
        uint32_t d[TC_WINOGRAD_PATCH];
        for (int32_t row = 0; row < TC_WINOGRAD_PATCH; row++) {
            const uint32_t bytes =
                tc_load4(&patch->x[(row * patch->row_step) + (column * patch->pixel_step) + (4 * quad)]);
            d[row] = (odd != 0) ? tc_sxtab16_ror8(0x00800080u, bytes) : tc_sxtab16(0x00800080u, bytes);
        }
        tc_winograd_along(d, columns[column]);
    }
    for (int32_t row = 0; row < TC_WINOGRAD_PATCH; row++) {
        uint32_t d[TC_WINOGRAD_PATCH];
        uint32_t t[TC_WINOGRAD_PATCH];
        for (int32_t column = 0; column < TC_WINOGRAD_PATCH; column++) {
            d[column] = columns[column][row];
        }
        tc_winograd_along(d, t);
        for (int32_t i = 0; i < TC_WINOGRAD_PATCH; i++) {
            const int32_t position = (row * TC_WINOGRAD_PATCH) + i;
            patch->v[(position * (patch->position_bytes / 4)) + (4 * quad)] = t[i] + ((t[i] & 0x8000u) << 1);
        }
    }
}

static inline void tc_winograd_patch_even(const tc_winograd_patch *patch)
{
    for (int32_t quad = 0; quad < patch->quads; quad++) {
        tc_winograd_two_channels(patch, quad, 0);
    }
}

static inline void tc_winograd_patch_odd(const tc_winograd_patch *patch)
{
    for (int32_t quad = 0; quad < patch->quads; quad++) {
        tc_winograd_two_channels(patch, quad, 1);
    }
}

#endif

#endif

/* The inner block of T-pack for one pixel: four channels. */
#ifndef TINYC_TPACK_4X1_H
#define TINYC_TPACK_4X1_H

#include "tinyc/tpack_quad.h"

#define TC_TPACK_UNROLLED_4X1 8

/* One run over all channels of a pixel; it uses up `constants`, `y` and `quads`.
 * constants: [channels / 4][16]: T01, T23, S0, S2 to start from; then multiplier, offset, shift of four channels */
typedef struct {
    const int32_t *weights;
    const uint32_t *columns;
    const int32_t *constants;
    int8_t *y;
    const uint32_t *columns_end;
    int32_t skip;  /* bytes of code before the entry into the unrolled loop */
    int32_t quads; /* channels / 4 */
} tc_tpack_pixel;

#ifdef TC_SIMD_ARM

/* r10 end of the columns, r11 entry into the loop, r12 columns; the others: tpack_quad.h. */
_Static_assert(offsetof(tc_tpack_pixel, quads) == 24u, "the assembly reads tc_tpack_pixel by these offsets");

TC_KERNEL __attribute__((naked, noinline)) void tc_tpack_4x1(tc_tpack_pixel *run __attribute__((unused)))
{
    __asm__(
        "push {r0, r4-r11, lr}\n"
        "ldr r10, [r0, #16]\n"
        "ldr r11, [r0, #20]\n"
        "adr.w r3, 2f\n"
        "add r11, r11, r3\n"
        "orr r11, r11, #1\n"
        "ldr lr, [r0]\n"
        "ldr r8, [r0, #8]\n"
        "1:\n" /* four channels; r8 is at their constants */
        "ldr r12, [r0, #4]\n"
        "ldmia r8!, {r4-r7}\n"
        "str r8, [r0, #8]\n"
        "bx r11\n"
        ".balign 4\n"
        "2:\n" /* 32 inputs */
        ".rept 8\n" TC_TPACK_QUAD ".endr\n"
        "cmp r12, r10\n"
        "bne.w 2b\n"
        "sub r4, r4, r6\n sub r5, r5, r7\n"
        "ldr r3, [sp]\n"
        "ldr r8, [r3, #8]\n"
        TC_TPACK_REQUANT_QUAD
        "ldr r1, [r3, #12]\n"
        "ldr r2, [r3, #24]\n"
        TC_TPACK_STORE_QUAD
        "str r1, [r3, #12]\n"
        "subs r2, r2, #1\n"
        "str r2, [r3, #24]\n"
        "mov r0, r3\n"
        "bne.w 1b\n"
        "pop {r0, r4-r11, pc}\n");
}

#else

static inline void tc_tpack_4x1(tc_tpack_pixel *run)
{
    const int32_t *weights = run->weights;
    for (; run->quads > 0; run->quads--) {
        const int32_t *c = run->constants;
        int32_t t[2] = {c[0], c[1]};
        int32_t s[2] = {c[2], c[3]};
        for (const uint32_t *x = run->columns; x < run->columns_end; x++, weights += 2) {
            tc_tpack_add(weights, *x, t, s);
        }
        tc_tpack_requantize_quad(&c[4], t, s, run->y);
        run->constants += TC_TPACK_CONSTANTS;
        run->y += 4;
    }
}

#endif

/* All `channels` outputs of one pixel from its columns. */
static inline void tc_tpack_one_pixel(const int32_t *weights, const int32_t *constants, const uint32_t *columns,
                                      int32_t input_quads, int32_t channels, int8_t *y)
{
    const int32_t whole = channels / 4;
    const int32_t left = channels % 4;
    const uint32_t *end = &columns[2 * input_quads];
    const int32_t skip = tc_tpack_skip(input_quads, TC_TPACK_UNROLLED_4X1, TC_TPACK_QUAD_BYTES);
    if (whole > 0) {
        tc_tpack_pixel run = {weights, columns, constants, y, end, skip, whole};
        tc_tpack_4x1(&run);
    }
    if (left > 0) {
        int8_t last[4];
        tc_tpack_pixel run = {&weights[4 * input_quads * whole], columns, &constants[TC_TPACK_CONSTANTS * whole],
                              last, end, skip, 1};
        tc_tpack_4x1(&run);
        (void)memcpy(&y[4 * whole], last, (size_t)left);
    }
}

#endif

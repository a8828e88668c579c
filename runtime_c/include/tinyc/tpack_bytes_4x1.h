/* The inner block of T-pack for one pixel, four channels, straight from int8: inputs become int16 in registers. */
#ifndef TINYC_TPACK_BYTES_4X1_H
#define TINYC_TPACK_BYTES_4X1_H

#include "tinyc/tpack_quad.h"

#define TC_TPACK_UNROLLED_BYTES 8
#define TC_TPACK_UNIT_BYTES 76 /* of code for four inputs: TC_TPACK_BYTES_UNIT */

/* One run over all channels of a pixel; it uses up `constants`, `y` and `quads`. constants: as tpack_4x1.h. */
typedef struct {
    const int32_t *weights;
    const int8_t *x; /* four inputs or more */
    const int32_t *constants;
    int8_t *y;
    const int8_t *x_end; /* of whole words */
    int32_t skip;        /* bytes of code before the entry into the unrolled loop */
    int32_t quads;       /* channels / 4 */
    int32_t left;        /* inputs behind the whole words */
    uint32_t tail;       /* these, then zeros */
} tc_tpack_bytes;

#ifdef TC_SIMD_ARM

/* r8 four inputs, which become words in r8 and r9; r10 end of the inputs, r11 entry into the loop, r12 inputs; the
 * others: tpack_quad.h. Five loads in one batch: 20 cycles for 16 products. */
#define TC_TPACK_BYTES_SUMS "sxtb16 r9, r8, ror #8\n sxtb16 r8, r8\n" TC_TPACK_PRODUCTS
#define TC_TPACK_BYTES_UNIT "ldr.w r8, [r12], #4\n" TC_TPACK_WEIGHTS TC_TPACK_BYTES_SUMS

_Static_assert(offsetof(tc_tpack_bytes, tail) == 32u, "the assembly reads tc_tpack_bytes by these offsets");

TC_KERNEL __attribute__((naked, noinline)) void tc_tpack_bytes_4x1(tc_tpack_bytes *run __attribute__((unused)))
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
        ".rept 8\n" TC_TPACK_BYTES_UNIT ".endr\n"
        "cmp r12, r10\n"
        "bne.w 2b\n"
        "ldr r3, [sp]\n ldr r0, [r3, #28]\n ldr r8, [r3, #32]\n"
        "cmp r0, #0\n"
        "beq 3f\n" TC_TPACK_WEIGHTS TC_TPACK_BYTES_SUMS
        "ldr r3, [sp]\n"
        "3:\n"
        "sub r4, r4, r6\n sub r5, r5, r7\n"
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

/* Four channels and four inputs; returns where their weights end. */
static inline const int32_t *tc_tpack_bytes_unit(const int32_t *weights, uint32_t x, int32_t t[2], int32_t s[2])
{
    tc_tpack_add(weights, tc_sxtb16(x), t, s);
    tc_tpack_add(&weights[2], tc_sxtb16_ror8(x), t, s);
    return &weights[4];
}

static inline void tc_tpack_bytes_4x1(tc_tpack_bytes *run)
{
    const int32_t *weights = run->weights;
    for (; run->quads > 0; run->quads--) {
        const int32_t *c = run->constants;
        int32_t t[2] = {c[0], c[1]};
        int32_t s[2] = {c[2], c[3]};
        for (const int8_t *x = run->x; x != run->x_end; x = &x[4]) {
            weights = tc_tpack_bytes_unit(weights, tc_load4(x), t, s);
        }
        if (run->left > 0) {
            weights = tc_tpack_bytes_unit(weights, run->tail, t, s);
        }
        tc_tpack_requantize_quad(&c[4], t, s, run->y);
        run->constants += TC_TPACK_CONSTANTS;
        run->y += 4;
    }
}

#endif

/* All `channels` outputs of one pixel of `inputs` inputs, four or more. */
static inline void tc_tpack_one_pixel_of_bytes(const int32_t *weights, const int32_t *constants, const int8_t *x,
                                               int32_t inputs, int32_t channels, int8_t *y)
{
    const int32_t whole = channels / 4;
    const int32_t left = channels % 4;
    const int8_t *const end = &x[inputs & ~3];
    const int32_t skip = tc_tpack_skip(inputs / 4, TC_TPACK_UNROLLED_BYTES, TC_TPACK_UNIT_BYTES);
    tc_tpack_bytes run = {weights, x, constants, y, end, skip, whole, inputs & 3, tc_load_tail(end, inputs & 3)};
    if (whole > 0) {
        tc_tpack_bytes_4x1(&run);
    }
    if (left > 0) {
        int8_t last[4];
        run.weights = &weights[4 * tc_tpack_quads(inputs) * whole];
        run.constants = &constants[TC_TPACK_CONSTANTS * whole];
        run.y = last;
        run.quads = 1;
        tc_tpack_bytes_4x1(&run);
        (void)memcpy(&y[4 * whole], last, (size_t)left);
    }
}

#endif

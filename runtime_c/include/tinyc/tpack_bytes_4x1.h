/* The inner block of T-pack for one pixel, four channels, straight from int8: inputs become int16 in registers. */
#ifndef TINYC_TPACK_BYTES_4X1_H
#define TINYC_TPACK_BYTES_4X1_H

#include "tinyc/tpack.h"

#define TC_TPACK_UNROLLED_BYTES 8
#define TC_TPACK_UNIT_BYTES 76

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

/* r4 T01, r5 T23, r6 S0, r7 S2; r10 end of the inputs, r11 entry into the loop, r12 inputs, lr weights.
 * Five loads in one batch: 20 cycles for 16 products. */
#define TC_TPACK_BYTES_LOADS                                                                                           \
    "ldr.w r0, [lr], #4\n ldr.w r1, [lr], #4\n ldr.w r2, [lr], #4\n ldr.w r3, [lr], #4\n"
#define TC_TPACK_BYTES_SUMS                                                                                            \
    "sxtb16 r9, r8, ror #8\n sxtb16 r8, r8\n"                                                                          \
    "smlad r4, r0, r8, r4\n smlad r5, r1, r8, r5\n smlad r4, r2, r9, r4\n smlad r5, r3, r9, r5\n"                      \
    "sxtb16 r0, r0\n sxtb16 r1, r1\n sxtb16 r2, r2\n sxtb16 r3, r3\n"                                                  \
    "smlad r6, r0, r8, r6\n smlad r7, r1, r8, r7\n smlad r6, r2, r9, r6\n smlad r7, r3, r9, r7\n"
#define TC_TPACK_BYTES_UNIT "ldr.w r8, [r12], #4\n" TC_TPACK_BYTES_LOADS TC_TPACK_BYTES_SUMS
#define TC_TPACK_BYTES_REQUANT(acc)                                                                                    \
    "ldmia r8!, {r0, r1, r2}\n smmla " acc ", " acc ", r0, r1\n asr.w " acc ", " acc ", r2\n ssat " acc ", #8, " acc "\n"

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
        "beq 3f\n" TC_TPACK_BYTES_LOADS TC_TPACK_BYTES_SUMS
        "ldr r3, [sp]\n"
        "3:\n"
        "sub r4, r4, r6\n sub r5, r5, r7\n"
        "ldr r8, [r3, #8]\n"
        TC_TPACK_BYTES_REQUANT("r6") TC_TPACK_BYTES_REQUANT("r4")
        TC_TPACK_BYTES_REQUANT("r7") TC_TPACK_BYTES_REQUANT("r5")
        "ldr r1, [r3, #12]\n"
        "ldr r2, [r3, #24]\n"
        "strb r6, [r1], #1\n strb r4, [r1], #1\n strb r7, [r1], #1\n strb r5, [r1], #1\n"
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
    const uint32_t halves[2] = {tc_sxtb16(x), tc_sxtb16_ror8(x)};
    for (int32_t i = 0; i < 4; i++) {
        const uint32_t pair = (uint32_t)weights[i];
        t[i % 2] = tc_smlad(pair, halves[i / 2], t[i % 2]);
        s[i % 2] = tc_smlad(tc_sxtb16(pair), halves[i / 2], s[i % 2]);
    }
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
        for (int32_t i = 0; i < 2; i++) {
            const int32_t odd = (int32_t)((uint32_t)t[i] - (uint32_t)s[i]);
            const int32_t *q = &c[4 + (6 * i)];
            run->y[2 * i] = tc_requantize_dsp(s[i], q[0], q[1], q[2]);
            run->y[(2 * i) + 1] = tc_requantize_dsp(odd, q[3], q[4], q[5]);
        }
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

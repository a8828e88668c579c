/* The inner block of Q-pack with weights of 4 bits for one pixel: four channels. */
#ifndef TINYC_QPACK4_4X1_H
#define TINYC_QPACK4_4X1_H

#include "tinyc/qpack.h"

#define TC_QPACK4_WORDS 2 /* of four channels and four inputs */
#define TC_QPACK4_UNIT_4X1 72

#ifdef TC_SIMD_ARM

/* Four loads in one batch: 19 cycles for 16 products. */
#define TC_QPACK4_QUAD_4X1                                                                                             \
    "ldr.w r0, [lr], #4\n ldr.w r1, [lr], #4\n ldr.w r2, [r12], #4\n ldr.w r8, [r12], #4\n"                            \
    "smlad r4, r0, r2, r4\n smlad r4, r1, r8, r4\n"                                                                    \
    "bic r0, r0, #0xF000F000\n bic r1, r1, #0xF000F000\n smlad r5, r0, r2, r5\n smlad r5, r1, r8, r5\n"                \
    "uxtb16 r0, r0\n uxtb16 r1, r1\n smlad r6, r0, r2, r6\n smlad r6, r1, r8, r6\n"                                    \
    "and r0, r0, #0x000F000F\n and r1, r1, #0x000F000F\n smlad r7, r0, r2, r7\n smlad r7, r1, r8, r7\n"
#define TC_QPACK_SETTLE1(acc)                                                                                          \
    "ldmia lr!, {r0, r1, r2}\n"                                                                                        \
    "smmla " acc ", " acc ", r0, r1\n asr.w " acc ", " acc ", r2\n ssat " acc ", #8, " acc "\n"

TC_KERNEL __attribute__((naked, noinline)) void tc_qpack4_4x1(tc_qpack *run __attribute__((unused)))
{
    __asm__(
        TC_QPACK_ENTER
        "ldr pc, [sp, #4]\n"
        ".balign 4\n"
        "2:\n" /* 32 inputs */
        ".rept 8\n" TC_QPACK4_QUAD_4X1 ".endr\n"
        "cmp r12, r3\n"
        "bne.w 2b\n"
        "ldr r0, [sp, #16]\n"
        TC_QPACK4_LANES("r0", "r4", "r5", "r6", "r7")
        TC_QPACK_SETTLE1("r7") TC_QPACK_SETTLE1("r6") TC_QPACK_SETTLE1("r5") TC_QPACK_SETTLE1("r4")
        "ldr r0, [sp, #8]\n"
        "strb r7, [r0], #1\n strb r6, [r0], #1\n strb r5, [r0], #1\n strb r4, [r0], #1\n"
        "str r0, [sp, #8]\n"
        TC_QPACK_LEAVE);
}

#else

static inline void tc_qpack4_4x1(tc_qpack *run)
{
    for (const int32_t *w = run->weights; w != run->weights_end; w = &w[TC_QPACK_REQUANT]) {
        uint32_t p[4];
        (void)memcpy(p, w, sizeof p);
        w = &w[TC_QPACK_START];
        for (const uint32_t *x = run->columns; x < run->columns_end; x += 2, w += TC_QPACK4_WORDS) {
            for (int32_t i = 0; i < 8; i++) {
                uint32_t forms[4];
                tc_qpack4_forms(w, i / 4, forms);
                p[i % 4] = (uint32_t)tc_smlad(forms[i % 4], x[i / 4], (int32_t)p[i % 4]);
            }
        }
        tc_qpack4_lanes((uint32_t)run->sum0, p);
        tc_qpack_store(p, w, run->y0);
        run->y0 += 4;
    }
}

#endif

/* All `channels` outputs of one pixel from its columns, which begin at `columns`. */
static inline void tc_qpack4_one_pixel(const int32_t *weights, const uint32_t *columns, const tc_qpack_columns *end,
                                        int32_t channels, int8_t *y)
{
    const int32_t quads = (int32_t)(end->next - columns) / 2;
    const int32_t stride = TC_QPACK_START + (TC_QPACK4_WORDS * quads) + TC_QPACK_REQUANT;
    const int32_t *const last = &weights[stride * (channels / 4)];
    const int32_t left = channels % 4;
    tc_qpack run = {columns, tc_qpack_skip(quads, TC_QPACK4_UNIT_4X1), y, NULL,
                    tc_qpack_times(end->sum0, TC_QPACK4_SUM), 0, last, end->next, weights};
    if (channels >= 4) {
        tc_qpack4_4x1(&run);
    }
    if (left > 0) {
        int8_t outputs[4];
        run.y0 = outputs;
        run.weights = last;
        run.weights_end = &last[stride];
        tc_qpack4_4x1(&run);
        (void)memcpy(&y[channels - left], outputs, (size_t)left);
    }
}

#endif

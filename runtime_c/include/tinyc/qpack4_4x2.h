/* The inner block of Q-pack with weights of 4 bits: four channels x two pixels. */
#ifndef TINYC_QPACK4_4X2_H
#define TINYC_QPACK4_4X2_H

#include "tinyc/qpack.h"

#define TC_QPACK4_WORDS 2 /* of four channels and four inputs */
#define TC_QPACK4_UNIT_4X2 112

#ifdef TC_SIMD_ARM

/* Three loads in one batch: 15 cycles for 16 products. */
#define TC_QPACK4_PAIR_4X2                                                                                             \
    "ldr.w r0, [lr], #4\n ldr.w r1, [r12], #4\n ldr.w r2, [r12], #4\n"                                                 \
    "smlad r4, r0, r1, r4\n smlad r8, r0, r2, r8\n"                                                                    \
    "bic r0, r0, #0xF000F000\n smlad r5, r0, r1, r5\n smlad r9, r0, r2, r9\n"                                          \
    "uxtb16 r0, r0\n smlad r6, r0, r1, r6\n smlad r10, r0, r2, r10\n"                                                  \
    "and r0, r0, #0x000F000F\n smlad r7, r0, r1, r7\n smlad r11, r0, r2, r11\n"
#define TC_QPACK4_QUAD_4X2 TC_QPACK4_PAIR_4X2 TC_QPACK4_PAIR_4X2
#define TC_QPACK_SETTLE(first, second)                                                                                 \
    "ldmia lr!, {r0, r1, r2}\n"                                                                                        \
    "smmla " first ", " first ", r0, r1\n smmla " second ", " second ", r0, r1\n"                                      \
    "asr.w " first ", " first ", r2\n asr.w " second ", " second ", r2\n"                                              \
    "ssat " first ", #8, " first "\n ssat " second ", #8, " second "\n"

TC_KERNEL __attribute__((naked, noinline)) void tc_qpack4_4x2(tc_qpack *run __attribute__((unused)))
{
    __asm__(
        TC_QPACK_ENTER
        "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
        "ldr pc, [sp, #4]\n"
        ".balign 4\n"
        "2:\n" /* 32 inputs */
        ".rept 8\n" TC_QPACK4_QUAD_4X2 ".endr\n"
        "cmp r12, r3\n"
        "bne.w 2b\n"
        "ldrd r0, r1, [sp, #16]\n"
        TC_QPACK4_LANES("r0", "r4", "r5", "r6", "r7")
        TC_QPACK4_LANES("r1", "r8", "r9", "r10", "r11")
        TC_QPACK_SETTLE("r7", "r11") TC_QPACK_SETTLE("r6", "r10")
        TC_QPACK_SETTLE("r5", "r9") TC_QPACK_SETTLE("r4", "r8")
        "ldrd r0, r1, [sp, #8]\n"
        "strb r7, [r0], #1\n strb r6, [r0], #1\n strb r5, [r0], #1\n strb r4, [r0], #1\n"
        "strb r11, [r1], #1\n strb r10, [r1], #1\n strb r9, [r1], #1\n strb r8, [r1], #1\n"
        "strd r0, r1, [sp, #8]\n"
        TC_QPACK_LEAVE);
}

#else

static inline void tc_qpack4_4x2(tc_qpack *run)
{
    for (const int32_t *w = run->weights; w != run->weights_end; w = &w[TC_QPACK_REQUANT]) {
        uint32_t p[2][4];
        (void)memcpy(p[0], w, sizeof p[0]);
        (void)memcpy(p[1], w, sizeof p[1]);
        w = &w[TC_QPACK_START];
        for (const uint32_t *x = run->columns; x < run->columns_end; x += 4, w += TC_QPACK4_WORDS) {
            for (int32_t i = 0; i < 16; i++) {
                uint32_t forms[4];
                tc_qpack4_forms(w, i / 8, forms);
                uint32_t *const acc = &p[(i / 4) % 2][i % 4];
                *acc = (uint32_t)tc_smlad(forms[i % 4], x[i / 4], (int32_t)*acc);
            }
        }
        tc_qpack4_lanes((uint32_t)run->sum0, p[0]);
        tc_qpack4_lanes((uint32_t)run->sum1, p[1]);
        tc_qpack_store(p[0], w, run->y0);
        tc_qpack_store(p[1], w, run->y1);
        run->y0 += 4;
        run->y1 += 4;
    }
}

#endif

/* All `channels` outputs of two pixels from their columns, which begin at `columns`. */
static inline void tc_qpack4_two_pixels(const int32_t *weights, const uint32_t *columns, const tc_qpack_columns *end,
                                         int32_t channels, int8_t *y0, int8_t *y1)
{
    const int32_t quads = (int32_t)(end->next - columns) / 4;
    const int32_t stride = TC_QPACK_START + (TC_QPACK4_WORDS * quads) + TC_QPACK_REQUANT;
    const int32_t *const last = &weights[stride * (channels / 4)];
    const int32_t left = channels % 4;
    tc_qpack run = {columns, tc_qpack_skip(quads, TC_QPACK4_UNIT_4X2), y0, y1,
                    tc_qpack_times(end->sum0, TC_QPACK4_SUM), tc_qpack_times(end->sum1, TC_QPACK4_SUM), last,
                    end->next, weights};
    if (channels >= 4) {
        tc_qpack4_4x2(&run);
    }
    if (left > 0) {
        int8_t last0[4];
        int8_t last1[4];
        run.y0 = last0;
        run.y1 = last1;
        run.weights = last;
        run.weights_end = &last[stride];
        tc_qpack4_4x2(&run);
        (void)memcpy(&y0[channels - left], last0, (size_t)left);
        (void)memcpy(&y1[channels - left], last1, (size_t)left);
    }
}

#endif

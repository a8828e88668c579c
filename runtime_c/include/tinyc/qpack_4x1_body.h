/* Body of qpack2_4x1.h and qpack4_4x1.h: four channels x one pixel. They define TC_QPACK_BLOCK and TC_QPACK_ONE_PIXEL,
 * the names of the functions; of four channels and four inputs TC_QPACK_WORDS, the words of weights, TC_QPACK_QUAD, the
 * assembly, and TC_QPACK_UNIT, its bytes; TC_QPACK_SUM, TC_QPACK_LANES, TC_QPACK_FORMS and TC_QPACK_SETTLE, what
 * qpack.h has for the width. No include guard on purpose.
 */

#ifdef TC_SIMD_ARM

#define TC_QPACK_REQUANT1(acc)                                                                                         \
    "ldmia lr!, {r0, r1, r2}\n"                                                                                        \
    "smmla " acc ", " acc ", r0, r1\n asr.w " acc ", " acc ", r2\n ssat " acc ", #8, " acc "\n"

TC_KERNEL __attribute__((naked, noinline)) void TC_QPACK_BLOCK(tc_qpack *run __attribute__((unused)))
{
    __asm__(
        TC_QPACK_ENTER
        "ldr pc, [sp, #4]\n"
        ".balign 4\n"
        "2:\n" /* 32 inputs */
        ".rept 8\n" TC_QPACK_QUAD ".endr\n"
        "cmp r12, r3\n"
        "bne.w 2b\n"
        "ldr r0, [sp, #16]\n"
        TC_QPACK_LANES("r0", "r4", "r5", "r6", "r7")
        TC_QPACK_REQUANT1("r7") TC_QPACK_REQUANT1("r6") TC_QPACK_REQUANT1("r5") TC_QPACK_REQUANT1("r4")
        "ldr r0, [sp, #8]\n"
        "strb r7, [r0], #1\n strb r6, [r0], #1\n strb r5, [r0], #1\n strb r4, [r0], #1\n"
        "str r0, [sp, #8]\n"
        TC_QPACK_LEAVE);
}

#else

static inline void TC_QPACK_BLOCK(tc_qpack *run)
{
    for (const int32_t *w = run->weights; w != run->weights_end; w = &w[TC_QPACK_REQUANT]) {
        uint32_t p[4];
        (void)memcpy(p, w, sizeof p);
        w = &w[TC_QPACK_START];
        for (const uint32_t *x = run->columns; x < run->columns_end; x += 2, w += TC_QPACK_WORDS) {
            for (int32_t i = 0; i < 8; i++) {
                uint32_t forms[4];
                TC_QPACK_FORMS(w, i / 4, forms);
                p[i % 4] = (uint32_t)tc_smlad(forms[i % 4], x[i / 4], (int32_t)p[i % 4]);
            }
        }
        TC_QPACK_SETTLE((uint32_t)run->sum0, p);
        tc_qpack_store(p, w, run->y0);
        run->y0 += 4;
    }
}

#endif

/* All `channels` outputs of one pixel from its columns, which begin at `columns`. */
static inline void TC_QPACK_ONE_PIXEL(const int32_t *weights, const uint32_t *columns, const tc_qpack_columns *end,
                                      int32_t channels, int8_t *y)
{
    const int32_t quads = (int32_t)(end->next - columns) / 2;
    const int32_t stride = TC_QPACK_START + (TC_QPACK_WORDS * quads) + TC_QPACK_REQUANT;
    const int32_t *const last = &weights[stride * (channels / 4)];
    const int32_t left = channels % 4;
    tc_qpack run = {columns, tc_qpack_skip(quads, TC_QPACK_UNIT), y, NULL,
                    tc_qpack_times(end->sum0, TC_QPACK_SUM), 0, last, end->next, weights};
    if (channels >= 4) {
        TC_QPACK_BLOCK(&run);
    }
    if (left > 0) {
        int8_t outputs[4];
        run.y0 = outputs;
        run.weights = last;
        run.weights_end = &last[stride];
        TC_QPACK_BLOCK(&run);
        (void)memcpy(&y[channels - left], outputs, (size_t)left);
    }
}

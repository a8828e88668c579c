/* Body of tpack_blocks2_4x2.h and tpack_blocks4_4x2.h: four channels x two pixels. They define TC_BLOCKS_RUN and
 * TC_BLOCKS_PIXELS, the names of the functions, TC_BLOCK_WORDS and, for cores with DSP, TC_BLOCK_UNITS, a group of
 * blocks, and TC_BLOCK_ROUNDS, how many groups are unrolled. No include guard on purpose.
 */

#ifdef TC_SIMD_ARM

_Static_assert(sizeof(tc_blocks_run) == 40u, "the assembly copies tc_blocks_run by ten words");

/* r4 T01, r5 T23, r6 S0, r7 S2 of the first pixel, r8 to r11 of the second; r12 columns, lr stream. The run lies at sp;
 * behind it: 40 the unrolled loop, 44 cursor in the constants, 48 end of the blocks. */
TC_KERNEL __attribute__((naked, noinline)) void TC_BLOCKS_RUN(const tc_blocks_run *run __attribute__((unused)))
{
    __asm__(
        "push {r4-r11, lr}\n"
        "sub sp, sp, #52\n"
        "ldmia r0!, {r1-r7}\n"
        "ldmia r0, {r8-r10}\n"
        "adr.w r11, 3f\n"
        "orr r11, r11, #1\n"
        "stmia.w sp, {r1-r11}\n"
        "1:\n" /* a pair of pixels */
        "ldr.w lr, [sp, #12]\n"
        "ldr.w r12, [sp, #16]\n"
        "2:\n" /* four channels; r12 is at their constants */
        "ldmia r12!, {r4-r7}\n"
        "str.w r12, [sp, #44]\n"
        "ldr.w r12, [sp]\n"
        "ldr r1, [sp, #40]\n"
        "ldr r0, [lr], #4\n"
        "add.w r2, lr, r0, lsr #16\n"
        "str r2, [sp, #48]\n"
        "ubfx r2, r0, #0, #11\n"
        "ubfx r3, r0, #11, #5\n"
        "add r1, r1, r2\n"
        "add.w lr, lr, r3, lsl #2\n"
        "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
        "bx r1\n"
        ".balign 4\n"
        "3:\n"
        ".rept " TC_BLOCK_ROUNDS "\n" TC_BLOCK_UNITS ".endr\n"
        "ldr r0, [sp, #48]\n"
        "cmp lr, r0\n"
        "bne.w 3b\n"
        TC_TPACK_SCALE
        "ldr r0, [sp, #28]\n"
        "cmp r0, #0\n"
        "beq.w 5f\n"
        "ssat r6, #8, r6, asr #4\n ssat r10, #8, r10, asr #4\n ssat r4, #8, r4, asr #12\n ssat r8, #8, r8, asr #12\n"
        "ssat r7, #8, r7, asr #4\n ssat r11, #8, r11, asr #4\n ssat r5, #8, r5, asr #12\n ssat r9, #8, r9, asr #12\n"
        "4:\n"
        "ldr r0, [sp, #4]\n ldr r1, [sp, #8]\n ldr r2, [sp, #20]\n"
        "strb r4, [r0, #1]\n strb r7, [r0, #2]\n strb r5, [r0, #3]\n strb r6, [r0], #-4\n"
        "strb.w r8, [r1, #1]\n strb.w r11, [r1, #2]\n strb.w r9, [r1, #3]\n strb r10, [r1], #-4\n"
        "str r0, [sp, #4]\n str r1, [sp, #8]\n"
        "cmp r12, r2\n"
        "bne.w 2b\n"
        "ldr r2, [sp]\n ldr r4, [sp, #32]\n ldr r5, [sp, #36]\n ldr r6, [sp, #24]\n"
        "add r2, r2, r4\n add r0, r0, r5\n add r1, r1, r5\n"
        "str r2, [sp]\n str r0, [sp, #4]\n str r1, [sp, #8]\n"
        "subs r6, r6, #1\n"
        "str r6, [sp, #24]\n"
        "bne.w 1b\n"
        "add sp, sp, #52\n"
        "pop {r4-r11, pc}\n"
        "5:\n" /* each channel has its own shift */
        "ldmia r12!, {r0-r3}\n"
        "asr.w r6, r6, r0\n asr.w r10, r10, r0\n asr.w r4, r4, r1\n asr.w r8, r8, r1\n"
        "asr.w r7, r7, r2\n asr.w r11, r11, r2\n asr.w r5, r5, r3\n asr.w r9, r9, r3\n"
        "ssat r6, #8, r6\n ssat r10, #8, r10\n ssat r4, #8, r4\n ssat r8, #8, r8\n"
        "ssat r7, #8, r7\n ssat r11, #8, r11\n ssat r5, #8, r5\n ssat r9, #8, r9\n"
        "b.w 4b\n");
}

#else

/* One quad of channels of a pair of pixels; returns the stream of the next one. */
static inline const int32_t *TC_BLOCKS_QUAD(const tc_blocks_run *run, const int32_t *stream, const uint32_t *columns,
                                            const int32_t *c, int8_t *const y[2])
{
    int32_t t[2][2] = {{c[0], c[1]}, {c[0], c[1]}};
    int32_t s[2][2] = {{c[2], c[3]}, {c[2], c[3]}};
    tc_blocks_list list = tc_blocks_of(stream, TC_BLOCK_WORDS);
    int32_t position = 0;
    while (list.at != list.end) {
        const int32_t *const weights = tc_blocks_next(&list, TC_BLOCK_WORDS, &position);
        const uint32_t *const x = &columns[position * TC_BLOCK_WORDS];
        for (int32_t i = 0; i < (2 * TC_BLOCK_WORDS); i++) {
            const int32_t pair = i % 2;
            const int32_t pixel = (i / 2) % 2;
            const int32_t at = 2 * (i / 4);
            const uint32_t w = (uint32_t)weights[at + pair];
            t[pixel][pair] = tc_smlad(w, x[at + pixel], t[pixel][pair]);
            s[pixel][pair] = tc_smlad(tc_sxtb16(w), x[at + pixel], s[pixel][pair]);
        }
    }
    for (int32_t i = 0; i < 4; i++) {
        const int32_t pair = i % 2;
        const int32_t even = s[i / 2][pair];
        const int32_t odd = (int32_t)((uint32_t)t[i / 2][pair] - (uint32_t)even);
        const int32_t *const q = &c[4 + (4 * pair)];
        const int32_t shift = (run->shared != 0) ? TC_TPACK_SHIFT : c[12 + (2 * pair)];
        const int32_t odd_shift = (run->shared != 0) ? (TC_TPACK_SHIFT + 8) : c[13 + (2 * pair)];
        y[i / 2][2 * pair] = tc_requantize_dsp(even, q[0], q[1], shift);
        y[i / 2][(2 * pair) + 1] = tc_requantize_dsp(odd, q[2], q[3], odd_shift);
    }
    return list.end;
}

static inline void TC_BLOCKS_RUN(const tc_blocks_run *run)
{
    const int32_t size = (run->shared != 0) ? TC_TPACK_SHARED : TC_TPACK_CONSTANTS;
    const int32_t quads = (int32_t)((run->constants_end - run->constants) / size);
    for (int32_t pair = 0; pair < run->pairs; pair++) {
        const uint32_t *const columns = &run->columns[pair * (run->advance / 4)];
        const int32_t y_place = pair * (run->y_step - (4 * quads));
        const int32_t *stream = run->stream;
        for (int32_t quad = 0; quad < quads; quad++) {
            int8_t *const y[2] = {&run->y0[y_place - (4 * quad)], &run->y1[y_place - (4 * quad)]};
            stream = TC_BLOCKS_QUAD(run, stream, columns, &run->constants[quad * size], y);
        }
    }
}

#endif

TC_SHARED void TC_BLOCKS_PAIRS(const tc_tpack_layer *l, const uint32_t *columns, int32_t pairs, int8_t *y,
                               int32_t y_step);

TC_SHARED void TC_BLOCKS_PAIRS(const tc_tpack_layer *l, const uint32_t *columns, int32_t pairs, int8_t *y,
                               int32_t y_step)
{
    const int32_t quads = tc_tpack_quads(l->channels);
    const int32_t size = (l->shared_shift != 0) ? TC_TPACK_SHARED : TC_TPACK_CONSTANTS;
    const tc_blocks_run run = {columns,
                               &y[4 * (quads - 1)],
                               &y[(4 * (quads - 1)) + y_step],
                               l->weights,
                               l->constants,
                               &l->constants[size * quads],
                               pairs,
                               l->shared_shift,
                               4 * l->advance,
                               (2 * y_step) + (4 * quads)};
    TC_BLOCKS_RUN(&run);
}

/* All channels of `pixels` pixels. `is_last`: nothing behind them is written later. */
TC_SHARED void TC_BLOCKS_PIXELS(const tc_tpack_layer *l, const uint32_t *columns, int32_t pixels, int8_t *y,
                                int32_t is_last);

TC_SHARED void TC_BLOCKS_PIXELS(const tc_tpack_layer *l, const uint32_t *columns, int32_t pixels, int8_t *y,
                                int32_t is_last)
{
    const int32_t spills = ((pixels % 2) != 0) || ((is_last != 0) && ((l->channels % 4) != 0));
    const int32_t pairs = ((pixels + 1) / 2) - spills;
    if (pairs > 0) {
        TC_BLOCKS_PAIRS(l, columns, pairs, y, l->y_step);
    }
    if (spills != 0) {
        const int32_t row = 4 * tc_tpack_quads(l->channels);
        int8_t *const y0 = &y[2 * pairs * l->y_step];
        TC_BLOCKS_PAIRS(l, &columns[pairs * l->advance], 1, l->last, row);
        (void)memcpy(y0, l->last, (size_t)l->channels);
        if ((pixels % 2) == 0) {
            (void)memcpy(&y0[l->y_step], &l->last[row], (size_t)l->channels);
        }
    }
}

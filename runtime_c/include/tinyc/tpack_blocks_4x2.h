/* Body of tpack_blocks2_4x2.h and tpack_blocks4_4x2.h: four channels x two pixels. They define TC_BLOCKS_RUN and
 * TC_BLOCKS_PIXELS, the names of the functions, TC_BLOCK_WORDS and, for cores with DSP, TC_BLOCK_UNITS, a group of
 * blocks, and TC_BLOCK_ROUNDS, how many groups are unrolled. No include guard on purpose.
 */

#ifdef TC_SIMD_ARM

_Static_assert(sizeof(tc_blocks_run) == 40u, "the assembly copies tc_blocks_run by ten words");

/* Registers: tpack_pair.h, lr stream. The run lies at sp; behind it: 40 the unrolled loop, 44 cursor in the constants,
 * 48 end of the blocks. */
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
        "ldr.w r12, [sp, #44]\n" TC_TPACK_PAIR_ODD TC_TPACK_PAIR_MULTIPLY("r12")
        "ldr r0, [sp, #28]\n"
        "cmp r0, #0\n"
        "beq.w 5f\n"
        TC_TPACK_PAIR_SATURATE_SHARED
        "4:\n"
        "ldr r0, [sp, #4]\n ldr r1, [sp, #8]\n ldr r2, [sp, #20]\n"
        TC_TPACK_PAIR_STORE
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
        TC_TPACK_PAIR_SATURATE_OWN("r12")
        "b.w 4b\n");
}

#else

/* One quad of channels of a pair of pixels; returns the stream of the next one. */
static inline const int32_t *TC_BLOCKS_QUAD(const tc_blocks_run *run, const int32_t *stream, const uint32_t *columns,
                                            const int32_t *constants, int8_t *const y[2])
{
    tc_tpack_pair_sums sums = tc_tpack_pair_start(constants);
    tc_blocks_list list = tc_blocks_of(stream, TC_BLOCK_WORDS);
    int32_t position = 0;
    while (list.at != list.end) {
        const int32_t *const weights = tc_blocks_next(&list, TC_BLOCK_WORDS, &position);
        const uint32_t *const x = &columns[position * TC_BLOCK_WORDS];
        for (int32_t i = 0; i < TC_BLOCK_WORDS; i += 2) {
            tc_tpack_pair_add(&sums, &weights[i], &x[i]);
        }
    }
    tc_tpack_pair_requantize(&sums, &constants[4], run->shared, y);
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
    tc_tpack_pixels_by(TC_BLOCKS_PAIRS, l, columns, pixels, y, is_last);
}

/* Body of tpack_blocks2_4x1.h and tpack_blocks4_4x1.h: four channels x one pixel. They define TC_BLOCKS_PIXEL and
 * TC_ONE_PIXEL_OF, the names of the functions, TC_BLOCK_WORDS and, for cores with DSP, TC_BLOCK_UNITS, a group of
 * blocks, and TC_BLOCK_ROUNDS, how many groups are unrolled. No include guard on purpose.
 */

#ifdef TC_SIMD_ARM

_Static_assert(offsetof(tc_blocks_pixel, quads) == 16u, "the assembly reads tc_blocks_pixel by these offsets");

/* r11 end of the blocks, r12 columns, lr stream; the others: tpack_quad.h. */
TC_KERNEL __attribute__((naked, noinline)) void TC_BLOCKS_PIXEL(tc_blocks_pixel *run __attribute__((unused)))
{
    __asm__(
        "push {r0, r4-r11, lr}\n"
        "ldr lr, [r0]\n"
        "1:\n" /* four channels */
        "ldr r8, [r0, #8]\n"
        "ldr r12, [r0, #4]\n"
        "ldr r1, [lr], #4\n"
        "ldmia r8!, {r4-r7}\n"
        "str r8, [r0, #8]\n"
        "adr.w r3, 2f\n"
        "orr r3, r3, #1\n"
        "add.w r11, lr, r1, lsr #16\n"
        "ubfx r2, r1, #0, #11\n"
        "ubfx r1, r1, #11, #5\n"
        "add r3, r3, r2\n"
        "add.w lr, lr, r1, lsl #2\n"
        "bx r3\n"
        ".balign 4\n"
        "2:\n"
        ".rept " TC_BLOCK_ROUNDS "\n" TC_BLOCK_UNITS ".endr\n"
        "cmp lr, r11\n"
        "bne.w 2b\n"
        "sub r4, r4, r6\n sub r5, r5, r7\n"
        "ldr r3, [sp]\n"
        "ldr r8, [r3, #8]\n"
        TC_TPACK_REQUANT_QUAD
        "str r8, [r3, #8]\n"
        "ldr r1, [r3, #12]\n"
        "ldr r2, [r3, #16]\n"
        TC_TPACK_STORE_QUAD
        "str r1, [r3, #12]\n"
        "subs r2, r2, #1\n"
        "str r2, [r3, #16]\n"
        "mov r0, r3\n"
        "bne.w 1b\n"
        "str lr, [r0]\n"
        "pop {r0, r4-r11, pc}\n");
}

#else

static inline void TC_BLOCKS_PIXEL(tc_blocks_pixel *run)
{
    for (; run->quads > 0; run->quads--) {
        const int32_t *const c = run->constants;
        int32_t t[2] = {c[0], c[1]};
        int32_t s[2] = {c[2], c[3]};
        tc_blocks_list list = tc_blocks_of(run->stream, TC_BLOCK_WORDS);
        int32_t position = 0;
        while (list.at != list.end) {
            const int32_t *const weights = tc_blocks_next(&list, TC_BLOCK_WORDS, &position);
            const uint32_t *const x = &run->columns[position * (TC_BLOCK_WORDS / 2)];
            for (int32_t i = 0; i < (TC_BLOCK_WORDS / 2); i++) {
                tc_tpack_add(&weights[2 * i], x[i], t, s);
            }
        }
        tc_tpack_requantize_quad(&c[4], t, s, run->y);
        run->stream = list.end;
        run->constants += TC_TPACK_CONSTANTS;
        run->y += 4;
    }
}

#endif

/* All `channels` outputs of one pixel from its columns. */
static inline void TC_ONE_PIXEL_OF(const int32_t *stream, const int32_t *constants, const uint32_t *columns,
                                   int32_t channels, int8_t *y)
{
    const int32_t left = channels % 4;
    tc_blocks_pixel run = {stream, columns, constants, y, channels / 4};
    if (run.quads > 0) {
        TC_BLOCKS_PIXEL(&run);
    }
    if (left > 0) {
        int8_t last[4];
        run.y = last;
        run.quads = 1;
        TC_BLOCKS_PIXEL(&run);
        (void)memcpy(&y[channels - left], last, (size_t)left);
    }
}

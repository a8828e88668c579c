/* The inner block of s16pack.h: four channels x two pixels. */
#ifndef TINYC_S16PACK_4X2_H
#define TINYC_S16PACK_4X2_H

#include "tinyc/s16pack.h"

/* One run over all channels. The block uses up `constants`, `y0`, `y1` and `quads`. */
typedef struct {
    const int32_t *weights;
    const uint32_t *columns;
    const int32_t *constants;
    int16_t *y0; /* outputs of the first pixel */
    int16_t *y1; /* outputs of the second pixel */
    const uint32_t *columns_end;
    int32_t skip;  /* bytes of code before the entry into the unrolled loop */
    int32_t quads; /* channels / 4 */
    int32_t relu;  /* 1: negative results become 0 */
} tc_s16pack;

#define TC_S16PACK_UNROLLED 8
#define TC_S16PACK_UNIT 64

#ifdef TC_SIMD_ARM

/* r4 to r7: sums of the first pixel, r8 to r11 of the second; r12 columns, lr weights: 18 cycles for 16 products. */
#define TC_S16PACK_PAIR                                                                                               \
    "ldr.w r0, [lr], #4\n ldr.w r2, [r12], #4\n ldr.w r3, [r12], #4\n"                                                 \
    "sxtb16 r1, r0\n sxtb16 r0, r0, ror #8\n"                                                                          \
    "smlad r4, r1, r2, r4\n smlad r8, r1, r3, r8\n smlad r5, r0, r2, r5\n smlad r9, r0, r3, r9\n"                      \
    "ldr.w r0, [lr], #4\n"                                                                                             \
    "sxtb16 r1, r0\n sxtb16 r0, r0, ror #8\n"                                                                          \
    "smlad r6, r1, r2, r6\n smlad r10, r1, r3, r10\n smlad r7, r0, r2, r7\n smlad r11, r0, r3, r11\n"
#define TC_S16PACK_REQUANT(first, second)                                                                              \
    "ldmia r12!, {r0, r1, r2}\n"                                                                                       \
    "smmla " first ", " first ", r0, r1\n smmla " second ", " second ", r0, r1\n"                                      \
    "asr.w " first ", " first ", r2\n asr.w " second ", " second ", r2\n"                                              \
    "ssat " first ", #16, " first "\n ssat " second ", #16, " second "\n"
#define TC_S16PACK_RELU(sum) "bic " sum ", " sum ", " sum ", asr #31\n"

_Static_assert(offsetof(tc_s16pack, relu) == 32u, "the assembly reads tc_s16pack by these offsets");

TC_KERNEL __attribute__((naked, noinline)) void tc_s16pack_4x2(tc_s16pack *run __attribute__((unused)))
{
    __asm__(
        "push {r4-r11, lr}\n"
        "sub sp, sp, #12\n"
        "str r0, [sp]\n"
        "ldr r1, [r0, #20]\n"
        "ldr r2, [r0, #24]\n"
        "adr.w r3, 2f\n"
        "add r2, r2, r3\n"
        "orr r2, r2, #1\n"
        "strd r1, r2, [sp, #4]\n" /* end of the columns, entry into the loop */
        "ldr.w lr, [r0]\n"
        "1:\n" /* four channels */
        "ldr r0, [sp]\n"
        "ldr.w r12, [r0, #4]\n"
        "ldr r3, [r0, #8]\n"
        "ldmia r3!, {r4-r7}\n"
        "str r3, [r0, #8]\n"
        "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
        "ldr.w pc, [sp, #8]\n"
        ".balign 4\n"
        "2:\n" /* 16 inputs */
        ".rept 8\n" TC_S16PACK_PAIR ".endr\n"
        "ldr r0, [sp, #4]\n"
        "cmp r12, r0\n"
        "bne.w 2b\n"
        "ldr r3, [sp]\n"
        "ldr.w r12, [r3, #8]\n"
        TC_S16PACK_REQUANT("r4", "r8") TC_S16PACK_REQUANT("r5", "r9")
        TC_S16PACK_REQUANT("r6", "r10") TC_S16PACK_REQUANT("r7", "r11")
        "ldr r0, [r3, #32]\n"
        "cbz r0, 3f\n"
        TC_S16PACK_RELU("r4") TC_S16PACK_RELU("r5") TC_S16PACK_RELU("r6") TC_S16PACK_RELU("r7")
        TC_S16PACK_RELU("r8") TC_S16PACK_RELU("r9") TC_S16PACK_RELU("r10") TC_S16PACK_RELU("r11")
        "3:\n"
        "ldrd r1, r2, [r3, #12]\n"
        "strh.w r4, [r1], #2\n strh.w r5, [r1], #2\n strh.w r6, [r1], #2\n strh.w r7, [r1], #2\n"
        "strh.w r8, [r2], #2\n strh.w r9, [r2], #2\n strh.w r10, [r2], #2\n strh.w r11, [r2], #2\n"
        "ldr r0, [r3, #28]\n"
        "str.w r12, [r3, #8]\n"
        "strd r1, r2, [r3, #12]\n"
        "subs r0, r0, #1\n"
        "str r0, [r3, #28]\n"
        "bne.w 1b\n"
        "add sp, sp, #12\n"
        "pop {r4-r11, pc}\n");
}

#else

static inline void tc_s16pack_4x2(tc_s16pack *run)
{
    const int32_t *weights = run->weights;
    for (; run->quads > 0; run->quads--) {
        const int32_t *c = run->constants;
        int32_t sums[2][4] = {{c[0], c[1], c[2], c[3]}, {c[0], c[1], c[2], c[3]}};
        for (const uint32_t *x = run->columns; x < run->columns_end; x += 2, weights += 2) {
            for (int32_t pixel = 0; pixel < 2; pixel++) {
                for (int32_t pair = 0; pair < 2; pair++) {
                    const uint32_t w = (uint32_t)weights[pair];
                    int32_t *const sum = &sums[pixel][2 * pair];
                    sum[0] = tc_smlad(tc_sxtb16(w), x[pixel], sum[0]);
                    sum[1] = tc_smlad(tc_sxtb16_ror8(w), x[pixel], sum[1]);
                }
            }
        }
        for (int32_t i = 0; i < 8; i++) {
            const int32_t value = tc_requantize_s16_dsp(sums[i / 4][i % 4], &c[4 + (3 * (i % 4))]);
            int16_t *const y = (i < 4) ? run->y0 : run->y1;
            y[i % 4] = (int16_t)((run->relu != 0) ? tc_max_i32(value, 0) : value);
        }
        run->constants += TC_S16PACK_CONSTANTS;
        run->y0 += 4;
        run->y1 += 4;
    }
}

#endif

/* All `channels` outputs of two pixels from their columns. */
static inline void tc_s16pack_two_pixels(const int32_t *weights, const int32_t *constants, const uint32_t *columns,
                                         int32_t pairs, int32_t channels, int32_t relu, int16_t *y0, int16_t *y1)
{
    const int32_t whole = channels / 4;
    const int32_t left = channels % 4;
    const uint32_t *end = &columns[2 * pairs];
    const int32_t skip = ((TC_S16PACK_UNROLLED - (pairs % TC_S16PACK_UNROLLED)) % TC_S16PACK_UNROLLED) * TC_S16PACK_UNIT;
    if (whole > 0) {
        tc_s16pack run = {weights, columns, constants, y0, y1, end, skip, whole, relu};
        tc_s16pack_4x2(&run);
    }
    if (left > 0) {
        int16_t last0[4];
        int16_t last1[4];
        tc_s16pack run = {&weights[2 * pairs * whole], columns, &constants[TC_S16PACK_CONSTANTS * whole], last0, last1,
                          end, skip, 1, relu};
        tc_s16pack_4x2(&run);
        (void)memcpy(&y0[4 * whole], last0, (size_t)left * sizeof last0[0]);
        (void)memcpy(&y1[4 * whole], last1, (size_t)left * sizeof last1[0]);
    }
}

#endif

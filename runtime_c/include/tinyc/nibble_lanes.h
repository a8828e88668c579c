/* Four products in one multiplication: weights of 4 bits and activations of -8 to 7, for cores with SMLAL and an FPU,
 * whose registers hold weights in waiting.
 *
 * W = u0 + 2^28 w1 for two output channels (u0 = w0 + 8), A = 2^4 (a0 + 2^14 a1) for two pixels. Sums of
 * W * A have four lanes of 14 bits: bits 4, 18, 32 and 46. Lanes start at 2^13, less 8 times the sums of a for u0, so
 * that none borrows from another: exact while the sums of a block stay within [-2^13, 2^13), which the compiler proves.
 *
 * weights: for each four channels and block of inputs, a word for two inputs; nibbles from the lowest: u0 of k; w3, u2
 *          of k; w1, u0 of k + 1; w3, u2 of k + 1; w1 of k. Inputs are filled up to a multiple of 16 with zeros.
 * columns: [inputs][2]: A of pixels 0 and 1, A of pixels 2 and 3
 */
#ifndef TINYC_NIBBLE_LANES_H
#define TINYC_NIBBLE_LANES_H

#include "tinyc/requant_dsp.h"

#define TC_LANES_PIXELS 4
#define TC_LANES_INPUTS 16 /* inputs are filled up to a multiple */
#define TC_LANES_MIDDLE 8192
#define TC_LANES_START ((uint64_t)TC_LANES_MIDDLE * 0x4001u * 0x10000001u * 16u)

/* One block of inputs of four channels and four pixels. With constants it is the only one: its outputs are stored, and
 * constants and y go on to the next four channels. Without, its sums are. */
typedef struct {
    const int32_t *columns;
    const uint32_t *weights;
    const int32_t *columns_end;
    int32_t is_odd;           /* an odd number of sixteen inputs */
    uint32_t start[4];        /* of pixels 0 and 1, then 2 and 3: lower and upper word */
    const int32_t *constants; /* of each channel 16 times the bias, multiplier, offset, shift; or NULL */
    int8_t *y[TC_LANES_PIXELS];
    int32_t sums[16]; /* plus TC_LANES_MIDDLE: channels 0 0 1 1 of pixels 0 1 0 1, of pixels 2 3 2 3; then 2 2 3 3 */
} tc_lanes;

/* Four outputs of a pixel from its first sum. */
static inline void tc_lanes_store(const int32_t *sums, const int32_t *constants, int8_t *y)
{
    for (int32_t i = 0; i < 4; i++) {
        const int32_t *const q = &constants[4 * i];
        const int32_t sum = sums[(8 * (i / 2)) + (2 * (i % 2))];
        y[i] = tc_requantize_dsp((sum * 16) + q[0], q[1], q[2], q[3]);
    }
}

#if defined(TC_SIMD_ARM) && defined(__ARM_FP)

_Static_assert(offsetof(tc_lanes, sums) == 52u, "the assembly reads tc_lanes by these offsets");

/* r4 r5, r6 r7 channels 0 and 1 of pixels 0 1 and 2 3; r8 r9, r10 r11 channels 2 and 3; r12 columns, lr mask.
 * 19 cycles for 32 products. */
#define TC_LANES_WORDS(registers)                                                                                      \
    ".irp word, " registers "\n"                                                                                       \
    "vmov r0, \\word\n ldr.w r2, [r12], #4\n ldr.w r3, [r12], #4\n"                                                    \
    "and.w r1, lr, r0\n smlal r4, r5, r1, r2\n smlal r6, r7, r1, r3\n"                                                 \
    "and.w r1, lr, r0, ror #8\n smlal r8, r9, r1, r2\n smlal r10, r11, r1, r3\n"                                       \
    "ldr.w r2, [r12], #4\n ldr.w r3, [r12], #4\n"                                                                      \
    "and.w r1, lr, r0, ror #16\n smlal r4, r5, r1, r2\n smlal r6, r7, r1, r3\n"                                        \
    "and.w r1, lr, r0, ror #24\n smlal r8, r9, r1, r2\n smlal r10, r11, r1, r3\n"                                      \
    ".endr\n"
#define TC_LANES_OUT(low, high)                                                                                        \
    "ubfx r1, " low ", #4, #14\n lsr.w r2, " low ", #18\n ubfx r3, " high ", #0, #14\n lsr.w r12, " high ", #14\n"     \
    "stmia r0!, {r1, r2, r3, r12}\n"
/* One output from its sum in r12 to the stack. */
#define TC_LANES_SETTLE                                                                                                \
    ".macro tc_lanes_settle place\n"                                                                                   \
    "add.w r12, r0, r12, lsl #4\n smmla r12, r12, r1, r2\n asr.w r12, r12, r3\n ssat r12, #8, r12\n"                   \
    "strb.w r12, [sp, #\\place]\n"                                                                                     \
    ".endm\n"
#define TC_LANES_EVEN(a, b, p0, p1, p2, p3)                                                                            \
    "ldmia lr!, {r0, r1, r2, r3}\n"                                                                                    \
    "ubfx r12, " a ", #4, #14\n tc_lanes_settle " p0 "\n" "lsr.w r12, " a ", #18\n tc_lanes_settle " p1 "\n"           \
    "ubfx r12, " b ", #4, #14\n tc_lanes_settle " p2 "\n" "lsr.w r12, " b ", #18\n tc_lanes_settle " p3 "\n"
#define TC_LANES_ODD(a, b, p0, p1, p2, p3)                                                                             \
    "ldmia lr!, {r0, r1, r2, r3}\n"                                                                                    \
    "ubfx r12, " a ", #0, #14\n tc_lanes_settle " p0 "\n" "lsr.w r12, " a ", #14\n tc_lanes_settle " p1 "\n"           \
    "ubfx r12, " b ", #0, #14\n tc_lanes_settle " p2 "\n" "lsr.w r12, " b ", #14\n tc_lanes_settle " p3 "\n"

TC_KERNEL __attribute__((naked, noinline)) void tc_lanes_4x4(tc_lanes *run __attribute__((unused)))
{
    __asm__(
        TC_LANES_SETTLE
        "push {r4-r11, lr}\n"
        "sub sp, sp, #28\n"
        "mov lr, r0\n"
        "ldmia lr!, {r1-r4}\n" /* columns, weights, end of the columns, is_odd */
        "mov r12, r1\n"
        "mov r1, r4\n"
        "ldmia lr!, {r4-r7}\n"
        "stmia sp, {r2, r3, lr}\n"
        "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
        "movw lr, #0x000F\n movt lr, #0xF000\n"
        "cmp r1, #0\n"
        "beq.w 2f\n"
        "vldmia r2!, {s8-s15}\n"
        "str r2, [sp]\n"
        "b.w 3f\n"
        "2:\n" /* 32 inputs */
        "ldr r0, [sp]\n"
        "vldmia r0!, {s0-s15}\n"
        "str r0, [sp]\n"
        TC_LANES_WORDS("s0, s1, s2, s3, s4, s5, s6, s7")
        "3:\n" /* 16 inputs */
        TC_LANES_WORDS("s8, s9, s10, s11, s12, s13, s14, s15")
        "ldr r0, [sp, #4]\n"
        "cmp r12, r0\n"
        "bne.w 2b\n"
        "ldr r0, [sp, #8]\n"
        "ldr lr, [r0]\n"
        "cmp lr, #0\n"
        "beq.w 4f\n"
        TC_LANES_EVEN("r4", "r6", "12", "16", "20", "24") TC_LANES_ODD("r5", "r7", "13", "17", "21", "25")
        TC_LANES_EVEN("r8", "r10", "14", "18", "22", "26") TC_LANES_ODD("r9", "r11", "15", "19", "23", "27")
        "ldr r0, [sp, #8]\n"
        "str lr, [r0], #4\n"
        "ldmia r0, {r1, r2, r3, r12}\n"
        "ldr r4, [sp, #12]\n ldr r5, [sp, #16]\n ldr r6, [sp, #20]\n ldr r7, [sp, #24]\n"
        "str r4, [r1], #4\n str r5, [r2], #4\n str r6, [r3], #4\n str r7, [r12], #4\n"
        "stmia r0, {r1, r2, r3, r12}\n"
        "add sp, sp, #28\n"
        "pop {r4-r11, pc}\n"
        "4:\n" /* sums */
        "adds r0, r0, #20\n"
        TC_LANES_OUT("r4", "r5") TC_LANES_OUT("r6", "r7") TC_LANES_OUT("r8", "r9") TC_LANES_OUT("r10", "r11")
        "add sp, sp, #28\n"
        "pop {r4-r11, pc}\n"
        ".purgem tc_lanes_settle\n");
}

#else

static inline uint64_t tc_lanes_product(uint32_t weights, int32_t activations)
{
    return (uint64_t)((int64_t)(int32_t)weights * activations);
}

static inline void tc_lanes_out(uint64_t acc, int32_t sums[4])
{
    for (int32_t lane = 0; lane < 4; lane++) {
        sums[lane] = (int32_t)((acc >> (4 + (14 * lane))) & 0x3FFFu);
    }
}

static inline void tc_lanes_4x4(tc_lanes *run)
{
    uint64_t acc[4];
    for (int32_t i = 0; i < 4; i++) {
        const uint32_t *start = &run->start[2 * (i % 2)];
        acc[i] = start[0] | ((uint64_t)start[1] << 32);
    }
    const uint32_t *word = run->weights;
    for (const int32_t *x = run->columns; x != run->columns_end; x = &x[4], word++) {
        for (int32_t i = 0; i < 8; i++) {
            const int32_t turn = 8 * (i / 2); /* input k, channels 0 1, then 2 3; input k + 1 */
            const uint64_t twice = *word | ((uint64_t)*word << 32);
            const uint32_t pair = (uint32_t)(twice >> turn) & 0xF000000Fu;
            acc[(2 * ((i / 2) % 2)) + (i % 2)] += tc_lanes_product(pair, x[(2 * (i / 4)) + (i % 2)]);
        }
    }
    for (int32_t i = 0; i < 4; i++) {
        tc_lanes_out(acc[i], &run->sums[4 * i]);
    }
    if (run->constants != NULL) {
        for (int32_t pixel = 0; pixel < TC_LANES_PIXELS; pixel++) {
            tc_lanes_store(&run->sums[(4 * (pixel / 2)) + (pixel % 2)], run->constants, run->y[pixel]);
            run->y[pixel] += 4;
        }
        run->constants = &run->constants[16];
    }
}

#endif

#endif

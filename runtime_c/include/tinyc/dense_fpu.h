/* Fully connected layers on cores with float32 in hardware: parameters and functions.
 *
 * Sixteen channels at a time, their sums in registers. Every sum starts at its bias and takes one product and one
 * addition per input, in order: the same bits as the reference.
 */
#ifndef TINYC_DENSE_FPU_H
#define TINYC_DENSE_FPU_H

#include "tinyc/kernel.h"

#define TC_DENSE_FPU_CHANNELS 16

typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    const float *weights; /* [ceil(out_features / 16)][in_features][16], zeros fill up the channels */
    const float *bias;    /* zeros to a multiple of 16 */
    float low;            /* bounds of the fused activation */
    float high;
} tc_dense_f32_block;

void tc_dense_f32_fpu(const tc_dense_f32_block *restrict p, const float *x, float *y);

/* All inputs of sixteen channels. */
typedef struct {
    const float *weights;
    const float *x;
    const float *bias;
    float *sums;
    int32_t inputs; /* at least 1 */
} tc_dense_f32_run;

_Static_assert(sizeof(void *) > 4u || offsetof(tc_dense_f32_run, inputs) == 16u, "the assembly reads it by offsets");

#if defined(__ARM_FP) && ((__ARM_FP & 4) != 0) && defined(__thumb2__)

/* s0 to s15 sums, s16 to s19 inputs, s20 to s27 weights and products. */
#define TC_DENSE_EIGHT(x, a0, a1, a2, a3, a4, a5, a6, a7)                                                              \
    "vldmia r1!, {s20-s27}\n"                                                                                          \
    "vmul.f32 s20, s20, " x "\n vmul.f32 s21, s21, " x "\n vmul.f32 s22, s22, " x "\n vmul.f32 s23, s23, " x "\n"      \
    "vmul.f32 s24, s24, " x "\n vmul.f32 s25, s25, " x "\n vmul.f32 s26, s26, " x "\n vmul.f32 s27, s27, " x "\n"      \
    "vadd.f32 " a0 ", " a0 ", s20\n vadd.f32 " a1 ", " a1 ", s21\n vadd.f32 " a2 ", " a2 ", s22\n"                     \
    "vadd.f32 " a3 ", " a3 ", s23\n vadd.f32 " a4 ", " a4 ", s24\n vadd.f32 " a5 ", " a5 ", s25\n"                     \
    "vadd.f32 " a6 ", " a6 ", s26\n vadd.f32 " a7 ", " a7 ", s27\n"
#define TC_DENSE_SIXTEEN(x)                                                                                            \
    TC_DENSE_EIGHT(x, "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7")                                                  \
    TC_DENSE_EIGHT(x, "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15")

TC_KERNEL __attribute__((naked, noinline)) void tc_dense_f32_sums(const tc_dense_f32_run *run __attribute__((unused)))
{
    __asm__(
        "vpush {s16-s27}\n"
        "ldr r2, [r0, #8]\n"
        "vldmia r2, {s0-s15}\n"
        "ldrd r1, r2, [r0]\n"
        "ldr r3, [r0, #16]\n"
        "subs r3, r3, #4\n"
        "bmi.w 3f\n"
        "2:\n" /* four inputs */
        "vldmia r2!, {s16-s19}\n"
        ".irp x, s16, s17, s18, s19\n" TC_DENSE_SIXTEEN("\\x") ".endr\n"
        "subs r3, r3, #4\n"
        "bpl.w 2b\n"
        "3:\n"
        "adds r3, r3, #4\n"
        "beq.w 5f\n"
        "4:\n" /* one input */
        "vldmia r2!, {s16}\n" TC_DENSE_SIXTEEN("s16")
        "subs r3, r3, #1\n"
        "bne.w 4b\n"
        "5:\n"
        "ldr r2, [r0, #12]\n"
        "vstmia r2, {s0-s15}\n"
        "vpop {s16-s27}\n"
        "bx lr\n");
}

#else

static inline void tc_dense_f32_sums(const tc_dense_f32_run *run)
{
    for (int32_t m = 0; m < TC_DENSE_FPU_CHANNELS; m++) {
        float sum = run->bias[m];
        for (int32_t k = 0; k < run->inputs; k++) {
            const float product = run->x[k] * run->weights[(k * TC_DENSE_FPU_CHANNELS) + m];
            sum += product;
        }
        run->sums[m] = sum;
    }
}

#endif

#endif

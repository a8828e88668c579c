/* Depthwise 3x3 on cores with MVE: 16 channels of a row of outputs at a time.
 *
 * Products of int8 fit int16, and so does the sum of two of them unless both weights are -128, which the record excludes:
 * taps are multiplied by pairs in int16 lanes (even and odd channels), and the sums widened to four times four int32,
 * which hold channels 0 4 8 12, then 2 6 10 14, 1 5 9 13, 3 7 11 15. Constants lie in this order.
 */
#ifndef TINYC_MVE_DEPTHWISE_H
#define TINYC_MVE_DEPTHWISE_H

#include "tinyc/kernel.h"

/* Where the windows of a row of outputs lie; the assembly reads it by offsets. Steps are in bytes. */
typedef struct {
    const int8_t *rows[3]; /* leftmost tap of the first output, in each row of the window */
    int32_t tap_step;      /* to the tap on the right: channels */
    int32_t x_step;        /* from output to output */
    int32_t y_step;
    int32_t outputs;
    uint32_t present; /* channels, 1 to 16 */
    int32_t low;
    int32_t high;
    const int8_t *weights;
    const int32_t *constants;
    int8_t *y;
} tc_mve_depthwise;

#if defined(__ARM_FEATURE_MVE)

/* q0 to q3 sums; of a pair of taps: q4 inputs, then odd products; q5 weights, then inputs; q6 even products; q7. */
#define TC_MVE_PAIR(a, b)                                                                                              \
    "vldrb.u8 q4, [" a "]\n vldrb.u8 q5, [%[w]], #16\n"                                                                  \
    "vmullb.s8 q6, q4, q5\n vmullt.s8 q4, q4, q5\n"                                                                    \
    "vldrb.u8 q5, [" b "]\n vldrb.u8 q7, [%[w]]\n"                                                                       \
    "vmullb.s8 q7, q5, q7\n vadd.i16 q6, q6, q7\n"                                                                     \
    "vldrb.u8 q7, [%[w]], #16\n vmullt.s8 q5, q5, q7\n vadd.i16 q4, q4, q5\n" TC_MVE_WIDEN
#define TC_MVE_WIDEN                                                                                                   \
    "vmovlb.s16 q7, q6\n vadd.i32 q0, q0, q7\n vmovlt.s16 q7, q6\n vadd.i32 q1, q1, q7\n"                            \
    "vmovlb.s16 q7, q4\n vadd.i32 q2, q2, q7\n vmovlt.s16 q7, q4\n vadd.i32 q3, q3, q7\n"
#define TC_MVE_SCALE(q, value, offset, shift)                                                                          \
    "vldrw.u32 q4, [%[tap], #" value "]\n vldrw.u32 q5, [%[tap], #" offset "]\n vldrw.u32 q6, [%[tap], #" shift "]\n"              \
    "vmulh.s32 " q ", " q ", q4\n vadd.i32 " q ", " q ", q5\n vshl.s32 " q ", " q ", q6\n"

_Static_assert(offsetof(tc_mve_depthwise, tap_step) == 12u, "the assembly reads tc_mve_depthwise by offsets");
_Static_assert(offsetof(tc_mve_depthwise, x_step) == 16u, "the assembly reads tc_mve_depthwise by offsets");
_Static_assert(offsetof(tc_mve_depthwise, present) == 28u, "the assembly reads tc_mve_depthwise by offsets");
_Static_assert(offsetof(tc_mve_depthwise, weights) == 40u, "the assembly reads tc_mve_depthwise by offsets");
_Static_assert(offsetof(tc_mve_depthwise, low) == 32u, "the assembly reads tc_mve_depthwise by offsets");

/* One row of outputs. */
static inline void tc_mve_depthwise_row(const tc_mve_depthwise *d)
{
    const int8_t *top = d->rows[0];
    const int8_t *middle = d->rows[1];
    const int8_t *bottom = d->rows[2];
    int8_t *y = d->y;
    int32_t left = d->outputs;
    const int8_t *weights;
    int32_t tap;
    int32_t far_tap;
    __asm__ volatile(
        "1:\n"
        "ldrd %[w], %[tap], [%[d], #40]\n"
        "vldrw.u32 q0, [%[tap]]\n vldrw.u32 q1, [%[tap], #64]\n vldrw.u32 q2, [%[tap], #128]\n vldrw.u32 q3, [%[tap], #192]\n"
        "ldr %[tap], [%[d], #12]\n add %[tap], %[top]\n" TC_MVE_PAIR("%[top]", "%[tap]") /* first row */
        "ldr %[far], [%[d], #12]\n add %[tap], %[far]\n" TC_MVE_PAIR("%[tap]", "%[mid]") /* its end, second row */
        "add %[tap], %[mid], %[far]\n add %[far], %[tap]\n" TC_MVE_PAIR("%[tap]", "%[far]")
        "ldr %[far], [%[d], #12]\n add %[tap], %[low], %[far]\n" TC_MVE_PAIR("%[low]", "%[tap]") /* third row */
        "add %[tap], %[far]\n"
        "vldrb.u8 q4, [%[tap]]\n vldrb.u8 q5, [%[w]]\n ldr %[tap], [%[d], #44]\n"
        "vmullb.s8 q6, q4, q5\n vmullt.s8 q4, q4, q5\n" TC_MVE_WIDEN
        TC_MVE_SCALE("q0", "16", "32", "48") TC_MVE_SCALE("q1", "80", "96", "112")
        TC_MVE_SCALE("q2", "144", "160", "176") TC_MVE_SCALE("q3", "208", "224", "240")
        "vqmovnb.s32 q0, q0\n vqmovnt.s32 q0, q1\n" /* even channels */
        "vqmovnb.s32 q2, q2\n vqmovnt.s32 q2, q3\n" /* odd channels */
        "vqmovnb.s16 q0, q0\n vqmovnt.s16 q0, q2\n"
        "ldrd %[tap], %[far], [%[d], #32]\n vdup.8 q4, %[tap]\n vdup.8 q5, %[far]\n"
        "vmax.s8 q0, q0, q4\n vmin.s8 q0, q0, q5\n"
        "ldr %[tap], [%[d], #28]\n vctp.8 %[tap]\n vpst\n vstrbt.8 q0, [%[y]]\n"
        "ldrd %[tap], %[far], [%[d], #16]\n"
        "add %[top], %[tap]\n add %[mid], %[tap]\n add %[low], %[tap]\n add %[y], %[far]\n"
        "subs %[left], #1\n bne 1b\n"
        : [top] "+r"(top), [mid] "+r"(middle), [low] "+r"(bottom), [y] "+r"(y), [left] "+r"(left), [tap] "=&r"(tap),
          [far] "=&r"(far_tap), [w] "=&r"(weights)
        : [d] "r"(d)
        : "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory");
}

#else

static inline void tc_mve_depthwise_row(const tc_mve_depthwise *d)
{
    for (int32_t i = 0; i < d->outputs; i++) {
        for (uint32_t c = 0u; c < d->present; c++) {
            const uint32_t group = ((c & 1u) << 1) | ((c >> 1) & 1u);
            const int32_t *const constants = &d->constants[(16u * group) + (c >> 2)];
            int32_t sum = constants[0];
            for (int32_t t = 0; t < 9; t++) {
                const int8_t *const tap = &d->rows[t / 3][(i * d->x_step) + ((t % 3) * d->tap_step)];
                sum += tap[c] * d->weights[(16 * t) + (int32_t)c];
            }
            const int32_t product = (int32_t)(((int64_t)sum * constants[4]) >> 32);
            d->y[(i * d->y_step) + (int32_t)c] =
                (int8_t)tc_clamp_i32((product + constants[8]) >> -constants[12], d->low, d->high);
        }
    }
}

#endif

#endif

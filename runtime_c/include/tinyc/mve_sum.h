/* Sums of two int8 tensors of one shape on cores with MVE. */
#ifndef TINYC_MVE_SUM_H
#define TINYC_MVE_SUM_H

#include "tinyc/sum_run.h"

void tc_sum_s8_mve(const tc_sum_s8_run *p, const int8_t *a, const int8_t *b, int8_t *y);

#if defined(__ARM_FEATURE_MVE)

_Static_assert(offsetof(tc_sum_s8_run, a_multiplier) == 4u, "the assembly reads tc_sum_s8_run by offsets");
_Static_assert(offsetof(tc_sum_s8_run, offset) == 12u, "the assembly reads tc_sum_s8_run by offsets");
_Static_assert(offsetof(tc_sum_s8_run, low) == 20u, "the assembly reads tc_sum_s8_run by offsets");

#define TC_MVE_SUM_START                                                                                               \
    "ldrd %[right], %[shift], [%[p], #20]\n vdup.32 q4, %[right]\n vdup.32 q5, %[shift]\n"                            \
    "ldrd %[right], %[shift], [%[p], #4]\n vdup.32 q6, %[right]\n mov %[right], %[shift]\n"                           \
    "ldrd %[offset], %[shift], [%[p], #12]\n rsb %[shift], %[shift], #0\n"
#define TC_MVE_SUM_OF_FOUR                                                                                             \
    "vldrb.s32 q0, [%[a]], #4\n vldrb.s32 q1, [%[b]], #4\n"                                                            \
    "vmlas.s32 q0, q6, %[offset]\n vmla.s32 q0, q1, %[right]\n vshl.s32 q0, %[shift]\n"                                \
    "vmax.s32 q0, q0, q4\n vmin.s32 q0, q0, q5\n vstrb.32 q0, [%[y]], #4\n"
#define TC_MVE_SUM(loop)                                                                                               \
    int32_t offset;                                                                                                    \
    int32_t right;                                                                                                     \
    int32_t shift;                                                                                                     \
    __asm__ volatile(TC_MVE_SUM_START loop                                                                             \
                     : [a] "+l"(a), [b] "+l"(b), [y] "+l"(y), [offset] "=&r"(offset), [right] "=&r"(right),            \
                       [shift] "=&r"(shift)                                                                            \
                     : [count] "r"(count), [p] "r"(p)                                                                  \
                     : "lr", "q0", "q1", "q4", "q5", "q6", "cc", "memory")

/* `count` results, a multiple of 16. */
static inline void tc_mve_sum_16(const tc_sum_s8_run *p, int32_t count, const int8_t *a, const int8_t *b, int8_t *y)
{
    TC_MVE_SUM("lsr %[right], %[count], #4\n wls lr, %[right], 2f\n ldr %[right], [%[p], #8]\n"
               "1:\n" TC_MVE_SUM_OF_FOUR TC_MVE_SUM_OF_FOUR TC_MVE_SUM_OF_FOUR TC_MVE_SUM_OF_FOUR "le lr, 1b\n"
               "2:\n");
}

/* Any number of results, the last ones under a predicate. */
static inline void tc_mve_sum_4(const tc_sum_s8_run *p, int32_t count, const int8_t *a, const int8_t *b, int8_t *y)
{
    TC_MVE_SUM("wlstp.32 lr, %[count], 2f\n"
               "1:\n" TC_MVE_SUM_OF_FOUR "letp lr, 1b\n"
               "2:\n");
}

#else

static inline void tc_mve_sum_4(const tc_sum_s8_run *p, int32_t count, const int8_t *a, const int8_t *b, int8_t *y)
{
    for (int32_t i = 0; i < count; i++) {
        const int32_t sum = p->offset + (a[i] * p->a_multiplier) + (b[i] * p->b_multiplier);
        y[i] = (int8_t)tc_clamp_i32(sum >> p->shift, p->low, p->high);
    }
}

static inline void tc_mve_sum_16(const tc_sum_s8_run *p, int32_t count, const int8_t *a, const int8_t *b, int8_t *y)
{
    tc_mve_sum_4(p, count, a, b, y);
}

#endif

#endif

/* Hardmax: elements in memory order are [outer][count][inner]; each run over `count` is one distribution. */
#ifndef TINYC_HARDMAX_H
#define TINYC_HARDMAX_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t outer;
    int32_t count;
    int32_t inner;
    int32_t zero; /* how y stores 0 and 1 */
    int32_t one;
} tc_hardmax;

/* Defines kernel NAME; y may be x. */
#define TC_HARDMAX(NAME, TYPE)                                                                  \
    static void hardmax_run(const tc_hardmax *p, const TYPE *x, TYPE *y)                        \
    {                                                                                           \
        TYPE greatest = x[0];                                                                   \
        int32_t found = 0;                                                                      \
        for (int32_t i = 1; i < p->count; i++) {                                                \
            const TYPE v = x[i * p->inner];                                                     \
            found = (v > greatest) ? i : found;                                                 \
            greatest = (v > greatest) ? v : greatest;                                           \
        }                                                                                       \
        for (int32_t i = 0; i < p->count; i++) {                                                \
            y[i * p->inner] = (TYPE)((i == found) ? p->one : p->zero);                          \
        }                                                                                       \
    }                                                                                           \
                                                                                                \
    TC_KERNEL void NAME(const tc_hardmax *p, const TYPE *x, TYPE *y)                            \
    {                                                                                           \
        for (int32_t outer = 0; outer < p->outer; outer++) {                                    \
            for (int32_t inner = 0; inner < p->inner; inner++) {                                \
                hardmax_run(p, &x[inner], &y[inner]);                                           \
            }                                                                                   \
            x += p->count * p->inner;                                                           \
            y += p->count * p->inner;                                                           \
        }                                                                                       \
    }

void tc_hardmax_f32_ref(const tc_hardmax *p, const float *x, float *y);
void tc_hardmax_s8_ref(const tc_hardmax *p, const int8_t *x, int8_t *y);

#endif

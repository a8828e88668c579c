/* Running sums and products: elements in memory order are [outer][count][inner]; y may be x. */
#ifndef TINYC_CUMULATIVE_H
#define TINYC_CUMULATIVE_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t outer;
    int32_t count;
    int32_t inner;
    int32_t exclusive; /* 1: an element does not count for its own result */
    int32_t reverse;   /* 1: from the last element of a run to the first */
} tc_cumulative;

/* Defines kernel NAME: acc begins as START; then acc = EXPRESSION of acc and of v = x[i], element after element. */
#define TC_CUMULATIVE(NAME, TYPE, START, EXPRESSION)                                        \
    static void cumulative_run(const tc_cumulative *p, const TYPE *x, TYPE *y)              \
    {                                                                                       \
        const int32_t step = (p->reverse != 0) ? -p->inner : p->inner;                      \
        int32_t place = (p->reverse != 0) ? ((p->count - 1) * p->inner) : 0;                \
        TYPE acc = START;                                                                   \
        for (int32_t i = 0; i < p->count; i++) {                                            \
            const TYPE before = acc;                                                        \
            const TYPE v = x[place];                                                        \
            acc = EXPRESSION;                                                               \
            y[place] = (p->exclusive != 0) ? before : acc;                                  \
            place += step;                                                                  \
        }                                                                                   \
    }                                                                                       \
                                                                                            \
    TC_KERNEL void NAME(const tc_cumulative *p, const TYPE *x, TYPE *y)                     \
    {                                                                                       \
        for (int32_t outer = 0; outer < p->outer; outer++) {                                \
            for (int32_t inner = 0; inner < p->inner; inner++) {                            \
                cumulative_run(p, &x[inner], &y[inner]);                                    \
            }                                                                               \
            x += p->count * p->inner;                                                       \
            y += p->count * p->inner;                                                       \
        }                                                                                   \
    }

void tc_cum_sum_f32_ref(const tc_cumulative *p, const float *x, float *y);
void tc_cum_sum_i32_ref(const tc_cumulative *p, const int32_t *x, int32_t *y);
void tc_cum_sum_i64_ref(const tc_cumulative *p, const int64_t *x, int64_t *y);
void tc_cum_prod_f32_ref(const tc_cumulative *p, const float *x, float *y);
void tc_cum_prod_i32_ref(const tc_cumulative *p, const int32_t *x, int32_t *y);
void tc_cum_prod_i64_ref(const tc_cumulative *p, const int64_t *x, int64_t *y);

#endif

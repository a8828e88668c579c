/* The greatest or smallest elements: x is [outer][length][inner], values and indices are [outer][count][inner]. */
#ifndef TINYC_TOPK_H
#define TINYC_TOPK_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t outer;
    int32_t length;
    int32_t inner;
    int32_t count;
    int32_t smallest; /* 1 the smallest, 0 the greatest */
} tc_topk;

/* Defines kernel NAME. Each element moves up the sorted list of the best so far until one is as good as itself. */
#define TC_TOPK(NAME, TYPE)                                                                      \
    /* NaN is worse than every number. */                                                        \
    static int32_t better(TYPE a, TYPE b, int32_t smallest)                                      \
    {                                                                                            \
        const int32_t wins = (smallest != 0) ? (a < b) : (a > b);                                \
        return ((wins != 0) || ((a == a) && (b != b))) ? 1 : 0;                                  \
    }                                                                                            \
                                                                                                 \
    static void one_run(const tc_topk *p, const TYPE *restrict x, TYPE *restrict values,         \
                        int64_t *restrict indices)                                               \
    {                                                                                            \
        int32_t found = 0;                                                                       \
        for (int32_t i = 0; i < p->length; i++) {                                                \
            const TYPE value = x[i * p->inner];                                                  \
            int32_t place = (found < p->count) ? found : p->count;                               \
            while ((place > 0) && (better(value, values[(place - 1) * p->inner], p->smallest) != 0)) { \
                if (place < p->count) {                                                          \
                    values[place * p->inner] = values[(place - 1) * p->inner];                   \
                    indices[place * p->inner] = indices[(place - 1) * p->inner];                 \
                }                                                                                \
                place--;                                                                         \
            }                                                                                    \
            if (place < p->count) {                                                              \
                values[place * p->inner] = value;                                                \
                indices[place * p->inner] = i;                                                   \
                found = tc_min_i32(found + 1, p->count);                                         \
            }                                                                                    \
        }                                                                                        \
    }                                                                                            \
                                                                                                 \
    TC_KERNEL void NAME(const tc_topk *p, const TYPE *restrict x, TYPE *restrict values,         \
                        int64_t *restrict indices)                                               \
    {                                                                                            \
        for (int32_t outer = 0; outer < p->outer; outer++) {                                     \
            const int32_t from = outer * p->length * p->inner;                                   \
            const int32_t to = outer * p->count * p->inner;                                      \
            for (int32_t i = 0; i < p->inner; i++) {                                             \
                one_run(p, &x[from + i], &values[to + i], &indices[to + i]);                     \
            }                                                                                    \
        }                                                                                        \
    }

void tc_topk_f32_ref(const tc_topk *p, const float *restrict x, float *restrict values, int64_t *restrict indices);
void tc_topk_i8_ref(const tc_topk *p, const int8_t *restrict x, int8_t *restrict values, int64_t *restrict indices);
void tc_topk_u8_ref(const tc_topk *p, const uint8_t *restrict x, uint8_t *restrict values, int64_t *restrict indices);
void tc_topk_i16_ref(const tc_topk *p, const int16_t *restrict x, int16_t *restrict values, int64_t *restrict indices);
void tc_topk_i32_ref(const tc_topk *p, const int32_t *restrict x, int32_t *restrict values, int64_t *restrict indices);
void tc_topk_i64_ref(const tc_topk *p, const int64_t *restrict x, int64_t *restrict values, int64_t *restrict indices);

#endif

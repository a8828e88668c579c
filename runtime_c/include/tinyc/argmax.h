/* Index of the greatest or smallest element: elements in memory order are [outer][count][inner]. */
#ifndef TINYC_ARGMAX_H
#define TINYC_ARGMAX_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t outer;
    int32_t count;
    int32_t inner;
    int32_t last; /* among equals: 1 the last, 0 the first */
} tc_argmax;

/* Defines kernel NAME: v = x[i] takes the place of the best one so far where BEATS (< or >) says so. y holds INDEX. */
#define TC_ARGMAX(NAME, TYPE, INDEX, BEATS)                                                      \
    static int32_t best_index(const tc_argmax *p, const TYPE *restrict x)                        \
    {                                                                                            \
        TYPE best = x[0];                                                                        \
        int32_t found = 0;                                                                       \
        for (int32_t i = 1; i < p->count; i++) {                                                 \
            const TYPE v = x[i * p->inner];                                                      \
            if ((v BEATS best) || ((p->last != 0) && (v BEATS##= best))) {                       \
                best = v;                                                                        \
                found = i;                                                                       \
            }                                                                                    \
        }                                                                                        \
        return found;                                                                            \
    }                                                                                            \
                                                                                                 \
    TC_KERNEL void NAME(const tc_argmax *p, const TYPE *restrict x, INDEX *restrict y)           \
    {                                                                                            \
        for (int32_t outer = 0; outer < p->outer; outer++) {                                     \
            for (int32_t inner = 0; inner < p->inner; inner++) {                                 \
                *y = best_index(p, &x[inner]);                                                   \
                y++;                                                                             \
            }                                                                                    \
            x += p->count * p->inner;                                                            \
        }                                                                                        \
    }

void tc_argmax_f32_ref(const tc_argmax *p, const float *restrict x, int64_t *restrict y);
void tc_argmax_f32_i32_ref(const tc_argmax *p, const float *restrict x, int32_t *restrict y);
void tc_argmax_i8_ref(const tc_argmax *p, const int8_t *restrict x, int64_t *restrict y);
void tc_argmax_i8_i32_ref(const tc_argmax *p, const int8_t *restrict x, int32_t *restrict y);
void tc_argmax_u8_ref(const tc_argmax *p, const uint8_t *restrict x, int64_t *restrict y);
void tc_argmax_u8_i32_ref(const tc_argmax *p, const uint8_t *restrict x, int32_t *restrict y);
void tc_argmax_i16_ref(const tc_argmax *p, const int16_t *restrict x, int64_t *restrict y);
void tc_argmax_i16_i32_ref(const tc_argmax *p, const int16_t *restrict x, int32_t *restrict y);
void tc_argmax_i32_ref(const tc_argmax *p, const int32_t *restrict x, int64_t *restrict y);
void tc_argmax_i32_i32_ref(const tc_argmax *p, const int32_t *restrict x, int32_t *restrict y);
void tc_argmax_i64_ref(const tc_argmax *p, const int64_t *restrict x, int64_t *restrict y);
void tc_argmax_i64_i32_ref(const tc_argmax *p, const int64_t *restrict x, int32_t *restrict y);
void tc_argmin_f32_ref(const tc_argmax *p, const float *restrict x, int64_t *restrict y);
void tc_argmin_f32_i32_ref(const tc_argmax *p, const float *restrict x, int32_t *restrict y);
void tc_argmin_i8_ref(const tc_argmax *p, const int8_t *restrict x, int64_t *restrict y);
void tc_argmin_i8_i32_ref(const tc_argmax *p, const int8_t *restrict x, int32_t *restrict y);
void tc_argmin_u8_ref(const tc_argmax *p, const uint8_t *restrict x, int64_t *restrict y);
void tc_argmin_u8_i32_ref(const tc_argmax *p, const uint8_t *restrict x, int32_t *restrict y);
void tc_argmin_i16_ref(const tc_argmax *p, const int16_t *restrict x, int64_t *restrict y);
void tc_argmin_i16_i32_ref(const tc_argmax *p, const int16_t *restrict x, int32_t *restrict y);
void tc_argmin_i32_ref(const tc_argmax *p, const int32_t *restrict x, int64_t *restrict y);
void tc_argmin_i32_i32_ref(const tc_argmax *p, const int32_t *restrict x, int32_t *restrict y);
void tc_argmin_i64_ref(const tc_argmax *p, const int64_t *restrict x, int64_t *restrict y);
void tc_argmin_i64_i32_ref(const tc_argmax *p, const int64_t *restrict x, int32_t *restrict y);

#endif

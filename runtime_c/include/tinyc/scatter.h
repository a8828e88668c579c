/* Blocks written at places that indices name: x and y are [rows][block], updates is [indices][block]. */
#ifndef TINYC_SCATTER_H
#define TINYC_SCATTER_H

#include <string.h>

#include "tinyc/kernel.h"

typedef struct {
    int32_t rows;
    int32_t indices;
    int32_t block; /* bytes where blocks are replaced, else elements */
    int32_t how;   /* 0 replace, 1 add, 2 multiply, 3 minimum, 4 maximum */
} tc_scatter;

/* Defines kernel NAME, which combines elements of TYPE; sums and products are computed as WIDE, so that they wrap. */
#define TC_SCATTER(NAME, TYPE, WIDE)                                                             \
    static TYPE combined(int32_t how, TYPE there, TYPE update)                                   \
    {                                                                                            \
        if (how == 1) {                                                                          \
            return (TYPE)((WIDE)there + (WIDE)update);                                           \
        }                                                                                        \
        if (how == 2) {                                                                          \
            return (TYPE)((WIDE)there * (WIDE)update);                                           \
        }                                                                                        \
        if (how == 3) {                                                                          \
            return (update < there) ? update : there;                                            \
        }                                                                                        \
        return (update > there) ? update : there;                                                \
    }                                                                                            \
                                                                                                 \
    TC_KERNEL void NAME(const tc_scatter *p, const TYPE *x, const int32_t *restrict indices,     \
                        const TYPE *restrict updates, TYPE *y)                                   \
    {                                                                                            \
        if (x != y) {                                                                            \
            (void)memcpy(y, x, (size_t)p->rows * (size_t)p->block * sizeof *y);                  \
        }                                                                                        \
        for (int32_t i = 0; i < p->indices; i++) {                                               \
            TYPE *row = &y[tc_clamp_i32(indices[i], 0, p->rows - 1) * p->block];                 \
            for (int32_t k = 0; k < p->block; k++) {                                             \
                row[k] = combined(p->how, row[k], updates[k]);                                   \
            }                                                                                    \
            updates += p->block;                                                                 \
        }                                                                                        \
    }

void tc_scatter_any_ref(const tc_scatter *p, const void *x, const int32_t *restrict indices,
                        const void *restrict updates, void *y);
void tc_scatter_f32_ref(const tc_scatter *p, const float *x, const int32_t *restrict indices,
                        const float *restrict updates, float *y);
void tc_scatter_i8_ref(const tc_scatter *p, const int8_t *x, const int32_t *restrict indices,
                        const int8_t *restrict updates, int8_t *y);
void tc_scatter_u8_ref(const tc_scatter *p, const uint8_t *x, const int32_t *restrict indices,
                        const uint8_t *restrict updates, uint8_t *y);
void tc_scatter_i16_ref(const tc_scatter *p, const int16_t *x, const int32_t *restrict indices,
                        const int16_t *restrict updates, int16_t *y);
void tc_scatter_i32_ref(const tc_scatter *p, const int32_t *x, const int32_t *restrict indices,
                        const int32_t *restrict updates, int32_t *y);
void tc_scatter_i64_ref(const tc_scatter *p, const int64_t *x, const int32_t *restrict indices,
                        const int64_t *restrict updates, int64_t *y);

#endif

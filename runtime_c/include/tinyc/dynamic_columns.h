/* A row of float32 as int8 in columns of T-pack (tpack.h), with a scale of its own (dynamic.h). */
#ifndef TINYC_DYNAMIC_COLUMNS_H
#define TINYC_DYNAMIC_COLUMNS_H

#include "tinyc/dynamic.h"

static inline int32_t tc_dynamic_quads(int32_t count)
{
    return (count + 3) / 4;
}

static inline uint32_t tc_dynamic_halves(int32_t low, int32_t high)
{
    return ((uint32_t)high << 16) | ((uint32_t)low & 0xFFFFu);
}

/* columns [2 * quads]; returns the scale. */
static inline float tc_dynamic_columns(const float *restrict x, int32_t count, uint32_t *restrict columns)
{
    const tc_dynamic_scale scale = tc_dynamic_scale_of(x, count, 1);
    for (int32_t k = 0; k < count; k += 4) {
        int32_t q[4] = {0, 0, 0, 0};
        const int32_t found = tc_min_i32(4, count - k);
        for (int32_t i = 0; i < found; i++) {
            q[i] = tc_dynamic_integer(x[k + i], scale);
        }
        columns[0] = tc_dynamic_halves(q[0], q[2]);
        columns[1] = tc_dynamic_halves(q[1], q[3]);
        columns += 2;
    }
    return scale.scale;
}

#endif

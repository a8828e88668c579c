/* Elements picked by index: x in memory order is [outer][length][block], y is [outer][indices][block]. */
#ifndef TINYC_GATHER_H
#define TINYC_GATHER_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t outer;
    int32_t length;
    int32_t indices;
    int32_t block_bytes;
} tc_gather;

void tc_gather_i32_ref(const tc_gather *p, const void *restrict x, const int32_t *restrict indices, void *restrict y);
void tc_gather_i64_ref(const tc_gather *p, const void *restrict x, const int64_t *restrict indices, void *restrict y);

#endif

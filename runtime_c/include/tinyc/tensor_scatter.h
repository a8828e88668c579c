/* Update of a cache: x in memory order is [batch][outer][length][block], the update [batch][outer][updates][block]. */
#ifndef TINYC_TENSOR_SCATTER_H
#define TINYC_TENSOR_SCATTER_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t batch;
    int32_t outer;
    int32_t length;
    int32_t updates;
    int32_t block_bytes;
    int32_t circular; /* 1: places wrap; 0: places outside are left out */
} tc_tensor_scatter;

/* starts: [batch], NULL for zeros. */
void tc_tensor_scatter_any_ref(const tc_tensor_scatter *p, const void *x, const void *restrict update,
                               const int64_t *restrict starts, void *y);

#endif

/* Copies of whole blocks of bytes: copy, concat. */
#ifndef TINYC_COPY_H
#define TINYC_COPY_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t bytes;
} tc_copy;

typedef struct {
    int32_t inputs;
    int32_t blocks;             /* of each input, taken in turn */
    const int32_t *block_bytes; /* [inputs] */
} tc_concat;

void tc_copy_any_ref(const tc_copy *p, const void *restrict x, void *restrict y);
void tc_concat_any_ref(const tc_concat *p, const void *const *inputs, void *restrict y);

#endif

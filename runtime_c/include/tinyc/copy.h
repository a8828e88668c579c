/* Copies of whole blocks of bytes: copy, concat, columns of an image. */
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

typedef struct {
    int32_t rows;
    int32_t x_row_bytes;
    int32_t y_row_bytes;
    int32_t x_first; /* byte of a row from which on it is copied */
    int32_t y_first;
    int32_t bytes;      /* of each row that are copied */
    int32_t fill_bytes; /* behind them in y */
    int32_t fill;       /* what each of those becomes */
} tc_columns;

void tc_copy_any_ref(const tc_copy *p, const void *restrict x, void *restrict y);
void tc_concat_any_ref(const tc_concat *p, const void *const *inputs, void *restrict y);
void tc_columns_any_ref(const tc_columns *p, const void *restrict x, void *restrict y);

#endif

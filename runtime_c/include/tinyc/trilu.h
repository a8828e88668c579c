/* Upper and lower triangles of matrices. */
#ifndef TINYC_TRILU_H
#define TINYC_TRILU_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t matrices;
    int32_t rows;
    int32_t columns;
    int32_t element_bytes;
    int32_t upper; /* 1: row r keeps the columns from r + first on; 0: those before */
    int32_t first;
    int32_t zero; /* byte that fills the rest */
} tc_trilu;

void tc_trilu_ref(const tc_trilu *p, const void *x, void *y);

#endif

/* Transposition of a matrix in its own memory. */
#ifndef TINYC_TRANSPOSE_H
#define TINYC_TRANSPOSE_H

#include "tinyc/move.h"

/* Elements move in cycles: the one at i goes to i * rows modulo (count - 1). */
typedef struct {
    uint32_t count; /* elements */
    uint32_t rows;  /* of x */
    uint32_t reciprocal;
    uint32_t shift; /* i / columns is (i * reciprocal) >> shift */
    uint32_t cycles;
    const uint16_t *firsts; /* [cycles]: one index of each */
} tc_transposition;

/* Where the element at i goes. */
static inline uint32_t tc_transposed(const tc_transposition *p, uint32_t i)
{
    return (i * p->rows) - (((i * p->reciprocal) >> p->shift) * (p->count - 1u));
}

void tc_transpose_x8_scalar(const tc_transposition *restrict p, const void *x, void *y);
void tc_transpose_x32_scalar(const tc_transposition *restrict p, const void *x, void *y);

#endif

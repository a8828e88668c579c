/* Sequences of different lengths, each turned round. */
#ifndef TINYC_REVERSE_SEQUENCE_H
#define TINYC_REVERSE_SEQUENCE_H

#include "tinyc/kernel.h"

typedef struct {
    int32_t batch;
    int32_t steps;
    int32_t block_bytes; /* one step of one sequence */
    int32_t batch_bytes; /* from one sequence to the next */
    int32_t step_bytes;  /* from one step to the next */
} tc_reverse_sequence;

void tc_reverse_sequence_any_ref(const tc_reverse_sequence *p, const void *restrict x, const int64_t *restrict lengths,
                                 void *restrict y);

#endif

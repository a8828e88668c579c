/* What one Thumb instruction costs in tinyc's cycle model. */
#ifndef TINYC_CYCLE_MODEL_H
#define TINYC_CYCLE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint32_t cycles;
    bool is_memory; /* a load or store of any kind: a single load right after it costs one cycle less */
    bool is_single_load;
} instruction_cost;

/* `first` and `second` are the instruction's halfwords in the order of their addresses. */
instruction_cost cost_of_16_bits(uint16_t halfword);
instruction_cost cost_of_32_bits(uint16_t first, uint16_t second);

#endif

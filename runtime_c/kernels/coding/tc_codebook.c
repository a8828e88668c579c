#include "tinyc/code.h"

static void prepare(const tc_code *code, void *table)
{
    (void)code;
    (void)table;
}

/* Computes:  int8 values from indices of few bits. Table: bits of an index, then the values.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: lossless.
 */
static void decode(const tc_code *code, tc_bit_reader *reader, const void *table, int8_t *to, int32_t count)
{
    (void)table;
    const int32_t bits = (int32_t)code->table[0];
    const int8_t *values = (const int8_t *)&code->table[1];
    for (int32_t i = 0; i < count; i++) {
        to[i] = values[tc_bits_take(reader, bits)];
    }
}

TC_KERNEL const tc_codec tc_codebook = {prepare, decode};

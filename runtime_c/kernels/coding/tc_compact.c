#include "tinyc/code.h"

static void prepare(const tc_code *code, void *table)
{
    (void)code;
    (void)table;
}

/* Computes:  int8 values of eight bits each, at any bit.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: lossless.
 */
static void decode(const tc_code *code, tc_bit_reader *reader, const void *table, int8_t *to, int32_t count)
{
    (void)code;
    (void)table;
    for (int32_t i = 0; i < count; i++) {
        to[i] = (int8_t)(uint8_t)tc_bits_take(reader, 8);
    }
}

TC_KERNEL const tc_codec tc_compact = {prepare, decode};

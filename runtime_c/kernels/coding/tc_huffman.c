#include "tinyc/prefix_code.h"

static void prepare(const tc_code *code, void *table)
{
    tc_prefix_fill(code, TC_PREFIX_VALUES, table);
}

/* Computes:  int8 values from words of a prefix code.
 * Needs:     nothing.
 * Scratch:   512 bytes: the look-up by eight bits.
 * Exactness: lossless.
 */
static void decode(const tc_code *code, tc_bit_reader *reader, const void *table, int8_t *to, int32_t count)
{
    (void)code;
    const uint16_t *entries = table;
    for (int32_t i = 0; i < count; i++) {
        const uint32_t window = tc_bits_peek(reader);
        const uint32_t entry = entries[window >> (32 - TC_PREFIX_WORD)];
        const uint32_t rest = entry & 0x1Fu;
        to[i] = (int8_t)(uint8_t)(((window >> rest) + (entry >> 8)) & 0xFFu);
        reader->bit += 32 - (int32_t)rest;
    }
}

TC_KERNEL const tc_codec tc_huffman = {prepare, decode};

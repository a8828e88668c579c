#include "tinyc/prefix_pairs.h"

static void prepare(const tc_code *code, void *table)
{
    tc_prefix_fill(code, table);
}

/* One value, wherever the string ends. */
static int8_t next(tc_bit_reader *reader, const uint16_t *entries)
{
    const uint32_t window = tc_bits_peek(reader);
    const uint32_t entry = entries[window >> (32 - TC_PREFIX_WORD)];
    reader->bit += 32 - (int32_t)(entry & 0x1Fu);
    return (int8_t)(uint8_t)(((window >> (entry & 0x1Fu)) + (entry >> 8)) & 0xFFu);
}

/* Computes:  int8 values from words of a prefix code.
 * Needs:     nothing.
 * Scratch:   512 bytes: the look-up by eight bits.
 * Exactness: lossless.
 * Measured:  Cortex-M4, cycle model: 11.3 cycles per value in blocks of 256, 14.6 in blocks of 36; 2200 to 3800 to prepare.
 *            Without the pairs: 30.2 in blocks of 256.
 */
static void decode(const tc_code *code, tc_bit_reader *reader, const void *table, int8_t *to, int32_t count)
{
    (void)code;
    int32_t done = 0;
    int32_t pairs = tc_min_i32(count / 2, tc_bits_safe(reader, TC_PREFIX_PAIR_BITS));
    while (pairs > 0) {
        reader->bit = tc_prefix_pairs(reader->bytes, reader->bit, table, &to[done], pairs);
        done += 2 * pairs;
        pairs = tc_min_i32((count - done) / 2, tc_bits_safe(reader, TC_PREFIX_PAIR_BITS));
    }
    for (; done < count; done++) {
        to[done] = next(reader, table);
    }
}

TC_KERNEL const tc_codec tc_huffman = {prepare, decode};

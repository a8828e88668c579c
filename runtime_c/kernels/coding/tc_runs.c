#include "tinyc/prefix_code.h"

#include <string.h>

static void prepare(const tc_code *code, void *table)
{
    tc_prefix_fill(code, table);
}

/* What the window's first word stands for: a value goes to `to`, a run of zeros is passed over. Returns the place
 * behind. */
static inline int32_t place_word(uint32_t window, uint32_t entry, int8_t *to, int32_t place)
{
    const uint32_t number = ((window >> (entry & 0x1Fu)) + (entry >> 8)) & 0xFFu;
    if ((entry & TC_PREFIX_RUN) != 0u) {
        return place + 1 + (int32_t)number;
    }
    to[place] = (int8_t)(uint8_t)number;
    return place + 1;
}

/* Computes:  int8 values from words of a prefix code for values and for runs of zeros.
 * Needs:     nothing.
 * Scratch:   512 bytes: the look-up by eight bits.
 * Exactness: lossless.
 * Measured:  Cortex-M4, cycle model, blocks of 256 values: 6.6 cycles per value where nine of ten are
 *            zero, 19 where six of ten are; 2700 to 3500 to prepare.
 */
static void decode(const tc_code *code, tc_bit_reader *reader, const void *table, int8_t *to, int32_t count)
{
    (void)code;
    const uint16_t *entries = table;
    int32_t bit = reader->bit;
    (void)memset(to, 0, (size_t)count);
    for (int32_t i = 0; i < count;) {
        const int32_t place = tc_min_i32(bit >> 3, reader->last);
        const int32_t shift = bit - (8 * place);
        uint32_t window = (shift < 32) ? (tc_bits_word(&reader->bytes[place]) << shift) : 0u;
        uint32_t entry = entries[window >> (32 - TC_PREFIX_WORD)];
        i = place_word(window, entry, to, i);
        bit += 32 - (int32_t)(entry & 0x1Fu);
        if ((i < count) && (place < reader->last)) {
            window <<= 32u - (entry & 0x1Fu);
            entry = entries[window >> (32 - TC_PREFIX_WORD)];
            i = place_word(window, entry, to, i);
            bit += 32 - (int32_t)(entry & 0x1Fu);
        }
    }
    reader->bit = bit;
}

TC_KERNEL const tc_codec tc_runs = {prepare, decode};

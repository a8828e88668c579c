#include "tinyc/prefix_code.h"

#include <string.h>

static void prepare(const tc_code *code, void *table)
{
    tc_prefix_fill(code, 2 * TC_PREFIX_VALUES, table);
}

/* Computes:  int8 values from words of a prefix code for values and for runs of zeros.
 * Needs:     nothing.
 * Scratch:   512 bytes: the look-up by eight bits.
 * Exactness: lossless.
 */
static void decode(const tc_code *code, tc_bit_reader *reader, const void *table, int8_t *to, int32_t count)
{
    (void)code;
    const uint16_t *entries = table;
    (void)memset(to, 0, (size_t)count);
    for (int32_t i = 0; i < count;) {
        const uint32_t window = tc_bits_peek(reader);
        const uint32_t entry = entries[window >> (32 - TC_PREFIX_WORD)];
        const uint32_t rest = entry & 0x1Fu;
        const uint32_t number = ((window >> rest) + (entry >> 8)) & 0xFFu;
        reader->bit += 32 - (int32_t)rest;
        if ((entry & TC_PREFIX_RUN) != 0u) {
            i += (int32_t)number;
        } else {
            to[i] = (int8_t)(uint8_t)number;
        }
        i++;
    }
}

TC_KERNEL const tc_codec tc_runs = {prepare, decode};

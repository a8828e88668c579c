/* Prefix codes of ranges of numbers: a word of at most eight bits for each range, then low bits of the number as they are.
 *
 * Description: fields of six bits, in the order of the numbers. 9 * raw + word: the range has 2^raw numbers, raw at most
 * 4; its words are canonical, 0: it does not occur. From 45: 2^5, 2^6, ... numbers that do not occur.
 *
 * Look-up by the next eight bits: low byte 32 - (word + raw), high byte what the bits, as a number, must be increased by.
 */
#ifndef TINYC_PREFIX_CODE_H
#define TINYC_PREFIX_CODE_H

#include "tinyc/code.h"

#define TC_PREFIX_WORD 8
#define TC_PREFIX_ENTRIES 256
#define TC_PREFIX_VALUES 256
#define TC_PREFIX_RUN 0x80u

typedef struct {
    int32_t raw;
    int32_t word;
} tc_prefix_range;

static inline tc_prefix_range tc_prefix_next(tc_bit_reader *description)
{
    const int32_t field = (int32_t)tc_bits_take(description, 6);
    const tc_prefix_range present = {field / 9, field % 9};
    const tc_prefix_range absent = {field - 40, 0};
    return (field < 45) ? present : absent;
}

/* Where the words of each length begin, among those of eight bits; returns where all end. */
static inline int32_t tc_prefix_starts(tc_bit_reader description, int32_t numbers, int32_t starts[TC_PREFIX_WORD + 1])
{
    int32_t counts[TC_PREFIX_WORD + 1] = {0};
    for (int32_t first = 0; first < numbers;) {
        const tc_prefix_range range = tc_prefix_next(&description);
        counts[range.word]++;
        first += (int32_t)1 << range.raw;
    }
    int32_t start = 0;
    for (int32_t word = 1; word <= TC_PREFIX_WORD; word++) {
        starts[word] = start;
        start += counts[word] << (TC_PREFIX_WORD - word);
    }
    return start;
}

/* Look-up entries of all numbers: 256 are values from -128 on; those behind are runs of 1, 2, ... zeros, and have
 * TC_PREFIX_RUN set. Windows that are no word are one zero of eight bits. */
TC_SHARED void tc_prefix_fill(const tc_code *code, int32_t numbers, uint16_t *entries);

TC_SHARED void tc_prefix_fill(const tc_code *code, int32_t numbers, uint16_t *entries)
{
    tc_bit_reader description = {code->table, code->table_bytes - 4, 0};
    int32_t starts[TC_PREFIX_WORD + 1];
    for (int32_t i = tc_prefix_starts(description, numbers, starts); i < TC_PREFIX_ENTRIES; i++) {
        entries[i] = (uint16_t)((((uint32_t)-i & 0xFFu) << 8) | (32u - TC_PREFIX_WORD));
    }
    for (int32_t first = 0; first < numbers;) {
        const tc_prefix_range range = tc_prefix_next(&description);
        if (range.word > 0) {
            const int32_t number = first - ((first < TC_PREFIX_VALUES) ? 128 : TC_PREFIX_VALUES);
            const int32_t end = tc_min_i32(starts[range.word] + (256 >> range.word), TC_PREFIX_ENTRIES);
            const int32_t word = starts[range.word] >> (TC_PREFIX_WORD - range.word);
            const uint32_t added = (uint32_t)(number - (word * (1 << range.raw))) & 0xFFu;
            const uint32_t rest = (uint32_t)(32 - range.word - range.raw);
            const uint32_t kind = (first < TC_PREFIX_VALUES) ? 0u : TC_PREFIX_RUN;
            for (int32_t i = starts[range.word]; i < end; i++) {
                entries[i] = (uint16_t)((added << 8) | kind | rest);
            }
            starts[range.word] = end;
        }
        first += (int32_t)1 << range.raw;
    }
}

#endif

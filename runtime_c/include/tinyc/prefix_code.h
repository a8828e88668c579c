/* Prefix codes of ranges of numbers: a word of at most eight bits for each range, then low bits of the number as they are.
 *
 * Description: fields of six bits, four in three bytes. 8 * raw + word - 1, raw at most 4: the next 2^raw numbers have a
 * word of so many bits; words are canonical. 40 to 55: 1 to 16 numbers have none; 56 to 63: 32, 48, ... 144.
 *
 * Look-up by the next eight bits: low byte 32 - (word + raw), high byte what the bits, as a number, must be increased by.
 */
#ifndef TINYC_PREFIX_CODE_H
#define TINYC_PREFIX_CODE_H

#include "tinyc/code.h"

#include <string.h>

#define TC_PREFIX_WORD 8
#define TC_PREFIX_ENTRIES 256
#define TC_PREFIX_VALUES 256
#define TC_PREFIX_RUN 0x80u
#define TC_PREFIX_FIELDS 4 /* in three bytes */
#define TC_PREFIX_GAP 40

static inline uint32_t tc_prefix_group(const uint8_t *bytes)
{
    return ((uint32_t)bytes[0] << 24) | ((uint32_t)bytes[1] << 16) | ((uint32_t)bytes[2] << 8);
}

static inline int32_t tc_prefix_word_of(int32_t field)
{
    return (field & 7) + 1;
}

/* How many numbers a field stands for. */
static inline int32_t tc_prefix_numbers(int32_t field)
{
    if (field < TC_PREFIX_GAP) {
        return (int32_t)1 << (field >> 3);
    }
    return (field < (TC_PREFIX_GAP + 16)) ? (field - TC_PREFIX_GAP + 1) : (16 * (field - TC_PREFIX_GAP - 14));
}

/* Where the words of each length begin, among those of eight bits; returns where all end. */
static inline int32_t tc_prefix_starts(const tc_code *code, int32_t starts[TC_PREFIX_WORD + 1])
{
    int32_t counts[TC_PREFIX_WORD + 1] = {0};
    for (int32_t at = 0; at < (code->table_bytes - 2); at += 3) {
        uint32_t group = tc_prefix_group(&code->table[at]);
        for (int32_t i = 0; i < TC_PREFIX_FIELDS; i++, group <<= 6) {
            const int32_t field = (int32_t)(group >> 26);
            if (field < TC_PREFIX_GAP) {
                counts[tc_prefix_word_of(field)]++;
            }
        }
    }
    int32_t start = 0;
    for (int32_t word = 1; word <= TC_PREFIX_WORD; word++) {
        starts[word] = start;
        start += counts[word] << (TC_PREFIX_WORD - word);
    }
    return start;
}

/* The entry of a range whose first number is `first`; numbers from 256 on are runs of 1, 2, ... zeros. */
static inline uint32_t tc_prefix_entry(int32_t first, int32_t field, int32_t start)
{
    const int32_t raw = field >> 3;
    const int32_t word = tc_prefix_word_of(field);
    const int32_t number = first - ((first < TC_PREFIX_VALUES) ? 128 : TC_PREFIX_VALUES);
    const uint32_t bits = ((uint32_t)start >> (TC_PREFIX_WORD - word)) << raw;
    const uint32_t added = ((uint32_t)number - bits) & 0xFFu;
    return (added << 8) | ((first < TC_PREFIX_VALUES) ? 0u : TC_PREFIX_RUN) | (uint32_t)(32 - word - raw);
}

/* The same entry `count` times; two at once where there are two, at whole words. */
static inline void tc_prefix_put(uint16_t *entries, uint16_t entry, int32_t count)
{
    const uint16_t twice[2] = {entry, entry};
    for (int32_t i = 0; i < (count - 1); i += 2) {
        (void)memcpy(&entries[i], twice, sizeof twice);
    }
    if ((count % 2) != 0) {
        entries[count - 1] = entry;
    }
}

/* Look-up entries: values from -128 on, then runs, which have TC_PREFIX_RUN set. Bits that are no word are a zero of
 * eight bits. */
TC_SHARED void tc_prefix_fill(const tc_code *code, uint16_t *entries);

TC_SHARED void tc_prefix_fill(const tc_code *code, uint16_t *entries)
{
    int32_t starts[TC_PREFIX_WORD + 1];
    int32_t first = 0;
    for (int32_t i = tc_prefix_starts(code, starts); i < TC_PREFIX_ENTRIES; i++) {
        entries[i] = (uint16_t)((((uint32_t)-i & 0xFFu) << 8) | (32u - TC_PREFIX_WORD));
    }
    for (int32_t at = 0; at < (code->table_bytes - 2); at += 3) {
        uint32_t group = tc_prefix_group(&code->table[at]);
        for (int32_t i = 0; i < TC_PREFIX_FIELDS; i++, group <<= 6) {
            const int32_t field = (int32_t)(group >> 26);
            if (field < TC_PREFIX_GAP) {
                int32_t *const start = &starts[tc_prefix_word_of(field)];
                const int32_t end = tc_min_i32(*start + (256 >> tc_prefix_word_of(field)), TC_PREFIX_ENTRIES);
                const uint16_t entry = (uint16_t)tc_prefix_entry(first, field, *start);
                tc_prefix_put(&entries[*start], entry, end - *start);
                *start = end;
            }
            first += tc_prefix_numbers(field);
        }
    }
}

#endif

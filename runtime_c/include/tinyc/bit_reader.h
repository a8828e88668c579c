/* Reads a string of bits from flash, the first bit of a byte highest. Behind the end come zeros. */
#ifndef TINYC_BIT_READER_H
#define TINYC_BIT_READER_H

#include "tinyc/kernel.h"

typedef struct {
    const uint8_t *bytes;
    int32_t last; /* the last place where four bytes lie: a string has at least four */
    int32_t bit;  /* the next one */
} tc_bit_reader;

static inline uint32_t tc_bits_word(const uint8_t *bytes)
{
    return ((uint32_t)bytes[0] << 24) | ((uint32_t)bytes[1] << 16) | ((uint32_t)bytes[2] << 8) | (uint32_t)bytes[3];
}

/* The next bits, the first one highest: at least 25 are those of the string, those behind them may be zeros. */
static inline uint32_t tc_bits_peek(const tc_bit_reader *reader)
{
    const int32_t place = tc_min_i32(reader->bit >> 3, reader->last);
    const int32_t shift = reader->bit - (8 * place);
    return (shift < 32) ? (tc_bits_word(&reader->bytes[place]) << shift) : 0u;
}

/* How many fields of up to `bits` bits begin where four bytes lie, for sure. */
static inline int32_t tc_bits_safe(const tc_bit_reader *reader, int32_t bits)
{
    const int32_t left = (8 * reader->last) + 7 - reader->bit;
    return (left < 0) ? 0 : ((left / bits) + 1);
}

/* The next `count` bits as a number; 1 to 25. */
static inline uint32_t tc_bits_take(tc_bit_reader *reader, int32_t count)
{
    const uint32_t bits = tc_bits_peek(reader) >> (32 - count);
    reader->bit += count;
    return bits;
}

/* The next `count` bits as two's complement; 1 to 25. */
static inline int32_t tc_bits_take_signed(tc_bit_reader *reader, int32_t count)
{
    const uint32_t half = (uint32_t)1 << (count - 1);
    return (int32_t)(tc_bits_take(reader, count) ^ half) - (int32_t)half;
}

#endif

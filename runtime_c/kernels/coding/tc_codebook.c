#include "tinyc/code.h"

#define MOST_BITS 6
#define GROUP 4 /* values whose indices four bytes hold, wherever they begin */

static void prepare(const tc_code *code, void *table)
{
    (void)code;
    (void)table;
}

/* Bits of an index, at most as many as the table has values for. */
static int32_t index_bits(const tc_code *code)
{
    int32_t bits = tc_clamp_i32((int32_t)code->table[0], 1, MOST_BITS);
    while ((bits > 1) && (((int32_t)1 << bits) >= code->table_bytes)) {
        bits--;
    }
    return bits;
}

/* The values of the window's first indices. */
static inline void decode_group(uint32_t window, int32_t bits, const int8_t *values, int8_t *to)
{
    const int32_t rest = 32 - bits;
    to[0] = values[window >> rest];
    to[1] = values[(window << bits) >> rest];
    to[2] = values[(window << (2 * bits)) >> rest];
    to[3] = values[(window << (3 * bits)) >> rest];
}

/* Computes:  int8 values from indices of few bits. Table: bits of an index, then the values.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: lossless.
 * Measured:  Cortex-M4, cycle model, blocks of 256 values: 8.7 cycles per value; 25 one by one.
 */
static void decode(const tc_code *code, tc_bit_reader *reader, const void *table, int8_t *to, int32_t count)
{
    (void)table;
    const int32_t bits = index_bits(code);
    const int8_t *values = (const int8_t *)&code->table[1];
    const int32_t groups = tc_min_i32(count / GROUP, tc_bits_safe(reader, GROUP * bits));
    int32_t bit = reader->bit;
    for (int32_t i = 0; i < (GROUP * groups); i += GROUP) {
        decode_group(tc_bits_word(&reader->bytes[bit >> 3]) << (bit & 7), bits, values, &to[i]);
        bit += GROUP * bits;
    }
    reader->bit = bit;
    for (int32_t i = GROUP * groups; i < count; i++) {
        to[i] = values[tc_bits_take(reader, bits)];
    }
}

TC_KERNEL const tc_codec tc_codebook = {prepare, decode};

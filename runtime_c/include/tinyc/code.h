/* Coded weights: strings of bits that a codec decodes to int8, block by block.
 *
 * A string consists of parts, each at a whole byte; a part holds blocks, one behind another; a block is a head of
 * numbers that the kernel reads itself, then the bits of its weights.
 */
#ifndef TINYC_CODE_H
#define TINYC_CODE_H

#include "tinyc/bit_reader.h"

/* One tensor. */
typedef struct {
    const uint8_t *stream;
    const uint16_t *sizes; /* bytes of each part; NULL if there is only one */
    const uint8_t *table;  /* what the codec must know of the code; NULL if nothing */
    int32_t stream_bytes;
    int32_t table_bytes;
} tc_code;

/* One way of coding. `prepare` fills a table in scratch, once for each call of a kernel. `decode` writes exactly `count`
 * values, whatever the stream holds; it reads inside the stream and inside the table. */
typedef struct {
    void (*prepare)(const tc_code *code, void *table);
    void (*decode)(const tc_code *code, tc_bit_reader *reader, const void *table, int8_t *to, int32_t count);
} tc_codec;

extern const tc_codec tc_codebook;
extern const tc_codec tc_compact;
extern const tc_codec tc_huffman;
extern const tc_codec tc_huffman_short;
extern const tc_codec tc_runs;

/* A reader at the beginning of a part. */
static inline tc_bit_reader tc_code_open(const tc_code *code, int32_t part)
{
    int32_t first = 0;
    for (int32_t i = 0; i < part; i++) {
        first += (int32_t)code->sizes[i];
    }
    const tc_bit_reader reader = {code->stream, code->stream_bytes - 4, 8 * first};
    return reader;
}

#endif

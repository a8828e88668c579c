/* Decodes what input.bin holds: for each tensor a header, its table, its stream, and for each block the bits of its head
 * and its values. Writes to output.bin what the heads said (int32) and the values (int8). All that a codec may read lies
 * at the end of an array, so that a sanitizer sees a step beyond it; so does what it may write. */
#include "tinyc/code.h"

#include "port.h"

#define STREAM 65536
#define TABLE 1024
#define PARTS 8192
#define VALUES 16384
#define SCRATCH 512

typedef struct {
    int32_t codec;
    int32_t table_bytes;
    int32_t stream_bytes;
    int32_t parts; /* 0: the code has no sizes */
    int32_t blocks;
    int32_t blocks_of_part;
    int32_t scratch_bytes;
} header;

static const tc_codec *const codecs[] = {&tc_codebook, &tc_compact, &tc_huffman, &tc_huffman_short, &tc_runs};

static uint8_t stream[STREAM];
static uint8_t table[TABLE];
static uint16_t sizes[PARTS];
static uint32_t scratch[SCRATCH / 4];
static int8_t values[VALUES];
static port_file input;
static port_file output;

static void take(void *to, int32_t bytes)
{
    if (port_read(input, to, (uint32_t)bytes) != (uint32_t)bytes) {
        port_fail("input.bin is too short");
    }
}

static void decode_block(const tc_code *code, const tc_codec *codec, tc_bit_reader *reader, const void *prepared)
{
    int32_t counts[2]; /* of fields and values */
    take(counts, (int32_t)sizeof counts);
    for (int32_t i = 0; i < counts[0]; i++) {
        int32_t bits;
        take(&bits, (int32_t)sizeof bits);
        const int32_t field = (bits < 0) ? tc_bits_take_signed(reader, -bits) : (int32_t)tc_bits_take(reader, bits);
        port_write(output, &field, sizeof field);
    }
    int8_t *const to = &values[VALUES - counts[1]];
    codec->decode(code, reader, prepared, to, counts[1]);
    port_write(output, to, (uint32_t)counts[1]);
}

static void decode(const header *h)
{
    const tc_code code = {&stream[STREAM - h->stream_bytes], (h->parts > 0) ? &sizes[PARTS - h->parts] : NULL,
                          &table[TABLE - h->table_bytes], h->stream_bytes, h->table_bytes};
    take(&sizes[PARTS - h->parts], 2 * h->parts);
    take(&table[TABLE - h->table_bytes], h->table_bytes);
    take(&stream[STREAM - h->stream_bytes], h->stream_bytes);
    uint32_t *const prepared = &scratch[(SCRATCH - h->scratch_bytes) / 4];
    codecs[h->codec]->prepare(&code, prepared);
    tc_bit_reader reader = tc_code_open(&code, 0);
    for (int32_t block = 0; block < h->blocks; block++) {
        if ((block % h->blocks_of_part) == 0) {
            reader = tc_code_open(&code, block / h->blocks_of_part);
        }
        decode_block(&code, codecs[h->codec], &reader, prepared);
    }
}

int main(void)
{
    int32_t tensors;
    input = port_open("input.bin", PORT_READ);
    output = port_open("output.bin", PORT_WRITE);
    take(&tensors, (int32_t)sizeof tensors);
    for (int32_t i = 0; i < tensors; i++) {
        header h;
        take(&h, (int32_t)sizeof h);
        decode(&h);
    }
    port_close(input);
    port_close(output);
    return 0;
}

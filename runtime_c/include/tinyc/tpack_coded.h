/* Coded weights to T-pack: tiles of whole quads of channels, decoded in scratch as tpack_4x2.h reads them.
 *
 * Blocks, the last quad first: constants of up to four channels, then their weights [inputs][channels].
 */
#ifndef TINYC_TPACK_CODED_H
#define TINYC_TPACK_CODED_H

#include "tinyc/coded_dsp.h"
#include "tinyc/tpack_bytes.h"

/* A tensor that is decoded from its end on, tile by tile. */
typedef struct {
    const tc_coded_tpack *coded;
    tc_bit_reader reader;
    const void *table;
    int32_t channels; /* those that are left: the tile is behind them */
    int32_t *weights; /* of the tile */
    int32_t *constants;
} tc_tpack_stream;

/* Scratch: scratch_bytes; weights and constants of a tile; the codec's table. */
static inline tc_tpack_stream tc_tpack_open(const tc_coded_tpack *coded, void *scratch)
{
    int32_t *const weights = (int32_t *)scratch + (coded->scratch_bytes / 4);
    int32_t *const constants = &weights[4 * tc_tpack_quads(coded->inputs) * coded->quads];
    int32_t *const table = &constants[TC_TPACK_CONSTANTS * coded->quads];
    const tc_tpack_stream stream = {coded, tc_code_open(&coded->weights.code, 0), table, coded->channels, weights,
                                    constants};
    coded->weights.codec->prepare(&coded->weights.code, table);
    return stream;
}

/* The constants of a quad: tc_tpack_run. */
static inline void tc_tpack_put_constants(const tc_coded_tpack *coded, const tc_coded_channel *channels,
                                          const int32_t sums[4], int32_t *to)
{
    int32_t bias[4];
    for (int32_t i = 0; i < 4; i++) {
        const int32_t odd = 8 * (i % 2);
        const int32_t k = tc_clamp_i32(channels[i].shift - 32, 1, 22);
        const int32_t one = (coded->shared_shift != 0) ? TC_TPACK_SHIFT : (k + odd);
        const uint32_t offset = ((uint32_t)coded->out_zero_point << one) + ((uint32_t)1 << (one - 1));
        bias[i] = (int32_t)((uint32_t)channels[i].bias - (uint32_t)(coded->in_zero_point * sums[i]));
        to[4 + (2 * i)] = channels[i].multiplier;
        to[5 + (2 * i)] = (int32_t)offset;
        if (coded->shared_shift != 0) {
            to[4 + (2 * i)] = channels[i].multiplier >> tc_max_i32(k - TC_TPACK_SHIFT, 0);
            to[5 + (2 * i)] = (int32_t)(offset << odd);
        } else {
            to[12 + i] = k + odd;
        }
    }
    for (int32_t i = 0; i < 2; i++) {
        to[i] = (int32_t)((uint32_t)bias[2 * i] + ((uint32_t)bias[(2 * i) + 1] << 8));
        to[2 + i] = bias[2 * i];
    }
}

TC_SHARED void tc_tpack_decode_quad(tc_tpack_stream *stream, int32_t *weights, int32_t *constants);

/* The next quad, from the last one on. */
TC_SHARED void tc_tpack_decode_quad(tc_tpack_stream *stream, int32_t *weights, int32_t *constants)
{
    const tc_coded_tpack *const p = stream->coded;
    const int32_t count = ((stream->channels - 1) % 4) + 1;
    int8_t *const bytes = (int8_t *)(void *)weights;
    tc_coded_channel channels[4] = {{0, 0, 33}, {0, 0, 33}, {0, 0, 33}, {0, 0, 33}};
    int32_t sums[4];
    tc_coded_next_channels(&p->weights, &stream->reader, count, channels);
    p->weights.codec->decode(&p->weights.code, &stream->reader, stream->table, bytes, count * p->inputs);
    tc_tpack_spread(bytes, p->inputs, count);
    tc_tpack_total(bytes, p->inputs, sums);
    tc_tpack_pack((uint32_t *)(void *)weights, tc_tpack_quads(p->inputs));
    tc_tpack_put_constants(p, channels, sums, constants);
    stream->channels -= count;
}

TC_SHARED int32_t tc_tpack_decode_tile(tc_tpack_stream *stream);

/* The next tile, from the last one on; how many channels it has. */
TC_SHARED int32_t tc_tpack_decode_tile(tc_tpack_stream *stream)
{
    const tc_coded_tpack *const p = stream->coded;
    const int32_t before = stream->channels;
    const int32_t words = 4 * tc_tpack_quads(p->inputs);
    const int32_t size = (p->shared_shift != 0) ? TC_TPACK_SHARED : TC_TPACK_CONSTANTS;
    for (int32_t quad = 0; (quad < p->quads) && (stream->channels > 0); quad++) {
        tc_tpack_decode_quad(stream, &stream->weights[quad * words], &stream->constants[quad * size]);
    }
    return before - stream->channels;
}

/* From the last quad on again. */
static inline void tc_tpack_rewind(tc_tpack_stream *stream)
{
    stream->reader = tc_code_open(&stream->coded->weights.code, 0);
    stream->channels = stream->coded->channels;
}

#endif

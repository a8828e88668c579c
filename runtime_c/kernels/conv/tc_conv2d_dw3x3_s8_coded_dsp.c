#include "tinyc/depthwise_3x3.h"
#include "tinyc/depthwise_coded.h"
#include "tinyc/planes.h"

#define TAPS 9
#define BLOCK 4

/* Where the stream is, what the codec needs, and the block that was decoded last. */
typedef struct {
    tc_bit_reader reader;
    const void *table;
    tc_coded_channel channels[BLOCK];
    int8_t taps[BLOCK * TAPS];
} coded_place;

static void next_block(const tc_conv2d_s8_coded_depthwise *p, coded_place *at, int32_t count)
{
    tc_coded_next_channels(&p->weights, &at->reader, count, at->channels);
    p->weights.codec->decode(&p->weights.code, &at->reader, at->table, at->taps, count * TAPS);
}

/* Rows of three taps as bytes w0 w1 w1 w2; returns the sum of all. */
static int32_t doubled(const int8_t *taps, int32_t words[3])
{
    int32_t sum = 0;
    for (int32_t row = 0; row < 3; row++) {
        const int32_t w[3] = {taps[3 * row], taps[(3 * row) + 1], taps[(3 * row) + 2]};
        const uint32_t middle = (uint32_t)w[1] & 0xFFu;
        const uint32_t outer = ((uint32_t)w[0] & 0xFFu) | ((uint32_t)w[2] << 24);
        words[row] = (int32_t)(outer | (middle << 8) | (middle << 16));
        sum += w[0] + w[1] + w[2];
    }
    return sum;
}

/* Output channel `out`, whose plane is that of `run`; channels come one after the other. */
static void one_channel(const tc_conv2d_s8_coded_depthwise *p, coded_place *at, int32_t out, tc_dw3x3 *run)
{
    const int32_t place = out % BLOCK;
    int32_t words[3];
    int32_t constants[TC_DEPTHWISE_CONSTANTS];
    if (place == 0) {
        next_block(p, at, tc_min_i32(p->shape.out_channels - out, BLOCK));
    }
    const int32_t sum = doubled(&at->taps[TAPS * place], words);
    tc_depthwise_constants(p, &at->channels[place], sum, constants);
    run->weights = words;
    run->constants = constants;
    tc_dw3x3_channel(run);
    run->y++;
}

/* The rows of outputs that planes of `g` serve, all channels; y is the first of them. */
static void band(const tc_conv2d_s8_coded_depthwise *p, coded_place *at, const tc_planes *g, const int8_t *image,
                 uint32_t *planes, int8_t *y)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t multiple = s->out_channels / s->in_channels;
    const int32_t at_once = tc_min_i32(TC_PLANES_AT_ONCE, s->in_channels);
    tc_dw3x3 run = {planes, y, s->out_width, NULL, NULL, s->out_channels, s->out_width * s->out_channels,
                    4 * (g->rows - 3 - s->stride_height), s->stride_width};
    const tc_planes_part inside = tc_planes_clear(g, planes);
    for (int32_t channel = 0; channel < s->in_channels; channel += TC_PLANES_AT_ONCE) {
        const int32_t start = tc_min_i32(channel, s->in_channels - at_once); /* the last channels may overlap */
        tc_planes_fill(g, &inside, &image[start], at_once, planes);
        for (int32_t i = channel; i < (start + at_once); i++) {
            run.plane = &planes[(i - start) * g->plane];
            for (int32_t out = i * multiple; out < ((i + 1) * multiple); out++) {
                one_channel(p, at, out, &run);
            }
        }
    }
}

/* Computes:  as tc_conv2d_s8_ref for depthwise 3x3 of stride 1 or 2 with two rows of outputs or more, from coded weights:
 *            each channel is decoded for each band.
 * Needs:     DSP, FPU registers.
 * Scratch:   tc_dw3x3_words() words: four channels of a band of rows as int16 planes; the codec's table.
 * Exactness: equal to tc_conv2d_s8_ref while scaled sums stay below 2^31.
 * Measured:  Cortex-M4, tinyc profile, Huffman code, model cycles per output, and tc_conv2d_dw3x3_s8_dsp: 64 channels at
 *            25x5 23.7 (20.2), 64 at 12x12 22.6 (19.5), 106 at 6x6 37.7 (25.8).
 */
TC_KERNEL void tc_conv2d_dw3x3_s8_coded_dsp(const tc_conv2d_s8_coded_depthwise *p, const int8_t *x, int8_t *y,
                                            void *scratch)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t row_bytes = s->out_width * s->out_channels;
    tc_planes g = {s->in_height, s->in_width, s->in_channels, s->pad_left, p->in_zero_point, 0, TC_DW3X3_PITCH, 0, 0,
                   p->plane_words};
    g.pairs = (s->stride_width * ((s->out_width + 1) / 2)) + 1;
    uint32_t *const planes = scratch;
    uint32_t *const table = &planes[tc_dw3x3_words(p->plane_words, g.pairs, p->band_rows, s->stride_height)];
    coded_place at;
    at.table = table;
    p->weights.codec->prepare(&p->weights.code, table);
    for (int32_t image = 0; image < s->batch; image++) {
        for (int32_t row = 0; row < s->out_height; row += p->band_rows) {
            const int32_t rows = tc_clamp_i32(s->out_height - row, 2, p->band_rows);
            const int32_t first = tc_min_i32(row, s->out_height - rows); /* a last row is made together with another */
            g.top = (first * s->stride_height) - s->pad_top;
            g.rows = ((rows - 1) * s->stride_height) + 3;
            at.reader = tc_code_open(&p->weights.code, 0);
            band(p, &at, &g, x, planes, &y[first * row_bytes]);
        }
        tc_narrow_s8(y, s->out_height * row_bytes, p->low, p->high);
        y += s->out_height * row_bytes;
        x += s->in_height * s->in_width * s->in_channels;
    }
}

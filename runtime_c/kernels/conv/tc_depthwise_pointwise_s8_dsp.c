#include "tinyc/depthwise_columns_3x3.h"
#include "tinyc/depthwise_pointwise_dsp.h"
#include "tinyc/planes.h"
#include "tinyc/tpack_stream_4x2.h"

/* A band of rows: what the planes hold of the image, then the columns made of them. */
typedef struct {
    tc_planes planes;
    uint32_t *words;
    uint32_t *columns;
    int32_t rows; /* of outputs */
} band;

/* Bytes from the first columns of a pair of pixels to those of a channel: inputs k and k + 2 share a word. */
static inline int32_t place_of(int32_t channel)
{
    return (16 * (channel / 4)) + (8 * (channel % 2)) + (2 * ((channel / 2) % 2));
}

/* The depthwise part: columns of all pixels of a band. */
static void depthwise(const tc_conv2d_s8_depthwise *p, const band *b, const int8_t *image)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t at_once = tc_min_i32(TC_PLANES_AT_ONCE, s->in_channels);
    const int32_t pair_bytes = 16 * tc_tpack_quads(s->out_channels);
    int8_t *const columns = (int8_t *)b->columns;
    tc_dw3x3 run = {b->words, columns, s->out_width, p->weights, p->constants, pair_bytes, s->out_width * pair_bytes,
                    8 * ((b->rows - 1) / 2) * s->stride_height, s->stride_width};
    const tc_planes_part inside = tc_planes_clear(&b->planes, b->words);
    for (int32_t first = 0; first < s->in_channels; first += TC_PLANES_AT_ONCE) {
        const int32_t start = tc_min_i32(first, s->in_channels - at_once); /* the last channels may overlap */
        tc_planes_fill(&b->planes, &inside, &image[start], at_once, b->words);
        run.plane = &b->words[(first - start) * b->planes.plane];
        for (int32_t channel = first; channel < (start + at_once); channel++) {
            run.y = &columns[place_of(channel)];
            tc_dw3x3_columns(&run);
            run.plane += b->planes.plane;
            run.weights += 3;
            run.constants += TC_DEPTHWISE_CONSTANTS;
        }
    }
}

/* An odd last row is paired with itself. */
static void repeat_last(uint32_t *columns, int32_t count)
{
    for (int32_t i = 0; i < count; i += 2) {
        columns[i + 1] = columns[i];
    }
}

/* The 1x1 part: two rows of outputs from the columns; the last pixels go through `last` where a quad would spill. */
static void pointwise(const tc_stream_layer *l, const uint32_t *columns, int32_t width, int8_t *y, int8_t *last)
{
    const int32_t spills = ((l->channels % 4) != 0) ? 1 : 0;
    const int32_t pairs = width - spills;
    if (pairs > 0) {
        tc_stream_pairs(l, columns, pairs, y);
    }
    if (spills != 0) {
        tc_stream_layer one = *l;
        one.second = 4 * tc_tpack_quads(l->channels);
        tc_stream_pairs(&one, &columns[pairs * l->advance], 1, last);
        int8_t *const to = &y[pairs * l->channels];
        (void)memcpy(to, last, (size_t)l->channels);
        (void)memcpy(&to[l->second], &last[one.second], (size_t)l->channels);
    }
}

/* Computes:  a depthwise 3x3 convolution of stride 1 or 2 and the 1x1 convolution of its outputs, which are not stored:
 *            as tc_conv2d_s8_ref twice. Two rows of outputs or more.
 * Needs:     DSP, FPU registers.
 * Scratch:   tc_dw3x3_words() words: four channels of a band of rows as int16 planes; the columns of the band's pixels,
 *            8 * ceil(channels / 4) bytes each; two pixels of outputs.
 * Exactness: equal to tc_conv2d_s8_ref twice while scaled sums of the first part stay below 2^31, sums of odd channels of
 *            the second below 2^23.
 * Measured:  Cortex-M4, tinyc profile, thousand model cycles, and of the two kernels it replaces: 8 to 16 channels at 48x48
 *            873 (982), 16 to 32 from 48x48 677 (726), 32 to 32 at 24x24 1,027 (1,078), 64 to 64 at 25x5 721 (733).
 */
TC_KERNEL void tc_depthwise_pointwise_s8_dsp(const tc_depthwise_pointwise_s8 *restrict p, const int8_t *x, int8_t *y,
                                             void *scratch)
{
    const tc_conv2d_s8_depthwise *const d = &p->depthwise;
    const tc_conv2d_shape *s = &d->shape;
    const int32_t quads = tc_tpack_quads(s->out_channels);
    const int32_t row_bytes = s->out_width * p->out_channels;
    tc_stream_layer layer = {p->stream, p->offset, quads, p->out_channels, 4 * quads, row_bytes, p->out_channels};
    band b = {{s->in_height, s->in_width, s->in_channels, s->pad_left, d->in_zero_point, 0, TC_DW3X3_PITCH, 0, 0,
               d->plane_words},
              scratch, NULL, 0};
    b.planes.pairs = (s->stride_width * ((s->out_width + 1) / 2)) + 1;
    b.columns = &b.words[tc_dw3x3_words(d->plane_words, b.planes.pairs, d->band_rows, s->stride_height)];
    int8_t *const last = (int8_t *)&b.columns[2 * (d->band_rows + (d->band_rows % 2)) * s->out_width * quads];
    for (int32_t image = 0; image < s->batch; image++) {
        for (int32_t row = 0; row < s->out_height; row += d->band_rows) {
            b.rows = tc_min_i32(d->band_rows, s->out_height - row);
            b.planes.top = (row * s->stride_height) - s->pad_top;
            b.planes.rows = ((b.rows - 1) * s->stride_height) + 3;
            depthwise(d, &b, x);
            for (int32_t i = 0; i < b.rows; i += 2) {
                uint32_t *const columns = &b.columns[2 * i * s->out_width * quads];
                layer.second = row_bytes;
                if ((i + 1) == b.rows) {
                    repeat_last(columns, 4 * quads * s->out_width);
                    layer.second = 0;
                }
                pointwise(&layer, columns, s->out_width, &y[(row + i) * row_bytes], last);
            }
        }
        tc_narrow_s8(y, s->out_height * row_bytes, p->low, p->high);
        y += s->out_height * row_bytes;
        x += s->in_height * s->in_width * s->in_channels;
    }
}

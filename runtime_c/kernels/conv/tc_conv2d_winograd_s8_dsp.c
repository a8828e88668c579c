#include "tinyc/conv_window.h"
#include "tinyc/requant_dsp.h"
#include "tinyc/winograd_dsp.h"
#include "tinyc/winograd_products.h"

#define TILE 4  /* outputs along each axis */
#define PATCH 6 /* inputs along each axis */
#define INVERSE_OF_9 0x38E38E39u /* modulo 2^32 */

/* A tile of outputs: where it begins, and how much of it there is. */
typedef struct {
    int32_t row;
    int32_t column;
    int32_t rows;
    int32_t columns;
} tile_2d;

static tile_2d tile_at(const tc_conv2d_s8_winograd *p, int32_t index)
{
    const int32_t across = (p->out_width + TILE - 1) / TILE;
    tile_2d t;
    t.row = (index / across) * TILE;
    t.column = (index % across) * TILE;
    t.rows = tc_min_i32(TILE, p->out_height - t.row);
    t.columns = tc_min_i32(TILE, p->out_width - t.column);
    return t;
}

/* Six values along one axis. */
typedef struct {
    uint32_t v0;
    uint32_t v1;
    uint32_t v2;
    uint32_t v3;
    uint32_t v4;
    uint32_t v5;
} six;

/* Two sums in each register: 65536 * one + the other, as one integer. */
static inline six transform_inputs(six d)
{
    const uint32_t p = d.v4 - (4u * d.v2);
    const uint32_t q = d.v3 - (4u * d.v1);
    const uint32_t r = d.v4 - d.v2;
    const uint32_t s = d.v3 - d.v1;
    const six t = {r + (4u * (d.v0 - d.v2)), p + q, p - q, r + (2u * s), r - (2u * s), (d.v5 - d.v3) - (4u * s)};
    return t;
}

/* Back to two int16: what the lower one borrowed returns. */
static inline uint32_t as_halves(uint32_t sums)
{
    return sums + (tc_opaque(sums & 0x8000u) << 1);
}

/* Two of four channels of a pixel, plus 128: bytes 0 and 2, or 1 and 3. */
static inline uint32_t pixel_at(const int8_t *x, int32_t odd, uint32_t bias)
{
    return (odd != 0) ? tc_sxtab16_ror8(bias, tc_load4(x)) : tc_sxtab16(bias, tc_load4(x));
}

/* The patch of two of four channels. */
static inline void transform_patch(const int8_t *x, int32_t row_step, int32_t pixel_step, int32_t odd, uint32_t *v,
                                   int32_t position_step)
{
    const uint32_t bias = tc_opaque(0x00800080u);
    six rows[PATCH]; /* transformed along the columns */
    uint32_t *column = &rows[0].v0;
    for (int32_t i = 0; i < PATCH; i++) {
        const int8_t *const lower = &x[3 * row_step];
        const six d = {pixel_at(x, odd, bias),
                       pixel_at(&x[row_step], odd, bias),
                       pixel_at(&x[2 * row_step], odd, bias),
                       pixel_at(lower, odd, bias),
                       pixel_at(&lower[row_step], odd, bias),
                       pixel_at(&lower[2 * row_step], odd, bias)};
        const six t = transform_inputs(d);
        column[0] = t.v0;
        column[PATCH] = t.v1;
        column[2 * PATCH] = t.v2;
        column[3 * PATCH] = t.v3;
        column[4 * PATCH] = t.v4;
        column[5 * PATCH] = t.v5;
        column++;
        x += pixel_step;
    }
    for (int32_t i = 0; i < PATCH; i++) {
        const six t = transform_inputs(rows[i]);
        uint32_t *const later = &v[3 * position_step];
        v[0] = as_halves(t.v0);
        v[position_step] = as_halves(t.v1);
        v[2 * position_step] = as_halves(t.v2);
        later[0] = as_halves(t.v3);
        later[position_step] = as_halves(t.v4);
        later[2 * position_step] = as_halves(t.v5);
        v = &later[3 * position_step];
    }
}

/* Copies the patch of a tile that crosses the border; what lies outside is the zero point. */
static void copy_patch(const tc_conv2d_s8_winograd *p, const int8_t *image, tc_window rows, tc_window columns,
                       int8_t *patch)
{
    const int32_t depth = p->in_channels;
    const int32_t inside = (columns.last - columns.first) * depth;
    (void)memset(patch, p->in_zero_point, (size_t)(PATCH * PATCH * depth));
    for (int32_t i = rows.first; (i < rows.last) && (inside > 0); i++) {
        const int32_t from = ((rows.origin + i) * p->in_width) + columns.origin + columns.first;
        (void)memcpy(&patch[((i * PATCH) + columns.first) * depth], &image[from * depth], (size_t)inside);
    }
}

/* The transformed patch of one tile; v is that of the first or second tile. */
static void read_tile(const tc_conv2d_s8_winograd *p, const int8_t *image, const tile_2d *t, int8_t *patch, uint32_t *v)
{
    const int32_t depth = p->in_channels;
    const tc_window rows = tc_window_at(t->row, 1, p->pad_top, 1, PATCH, p->in_height);
    const tc_window columns = tc_window_at(t->column, 1, p->pad_left, 1, PATCH, p->in_width);
    const int32_t whole = (rows.first == 0) && (rows.last == PATCH) && (columns.first == 0) && (columns.last == PATCH);
    const int8_t *x = patch;
    int32_t row_step = PATCH * depth;
    if (whole != 0) {
        x = &image[((rows.origin * p->in_width) + columns.origin) * depth];
        row_step = p->in_width * depth;
    } else {
        copy_patch(p, image, rows, columns, patch);
    }
    for (int32_t c = 0; c < depth; c += 4) {
        transform_patch(&x[c], row_step, depth, 0, &v[c], depth);
        transform_patch(&x[c], row_step, depth, 1, &v[c + 2], depth);
    }
}

/* Four of six, times 8, 4, 2 and 2 (and 3): modulo 2^32. */
typedef struct {
    uint32_t v0;
    uint32_t v1;
    uint32_t v2;
    uint32_t v3;
} four;

static inline four transform_products(six m)
{
    const uint32_t a = m.v1 + m.v2;
    const uint32_t b = m.v1 - m.v2;
    const uint32_t c = m.v3 + m.v4;
    const uint32_t d = m.v3 - m.v4;
    const four z = {m.v0 + (4u * a) + c, d + (2u * b), a + c, b + (2u * d) + m.v5};
    return z;
}

/* One channel of one tile from its products, which lie 8 apart. */
static void write_channel(uint32_t *m, const int32_t *constants, int8_t *y, int32_t row_step, int32_t pixel_step)
{
    six rows[TILE];
    uint32_t *const by_rows = &rows[0].v0;
    const int32_t multiplier = constants[1];
    const int32_t offset = constants[2];
    const int32_t shift = constants[3];
    m[8 * (PATCH + 1)] += (uint32_t)constants[0];
    for (int32_t column = 0; column < PATCH; column++) {
        const six products = {m[0], m[8 * PATCH], m[16 * PATCH], m[24 * PATCH], m[32 * PATCH], m[40 * PATCH]};
        const four z = transform_products(products);
        by_rows[column] = z.v0;
        by_rows[column + PATCH] = z.v1;
        by_rows[column + (2 * PATCH)] = z.v2;
        by_rows[column + (3 * PATCH)] = z.v3;
        m += 8;
    }
    uint32_t factor = INVERSE_OF_9;
    for (int32_t row = 0; row < TILE; row++) {
        const four z = transform_products(rows[row]);
        int8_t *to = y;
        *to = tc_requantize_dsp((int32_t)(z.v0 * factor), multiplier, offset, shift);
        to += pixel_step;
        *to = tc_requantize_dsp((int32_t)(z.v1 * (factor << 1)), multiplier, offset, shift);
        to += pixel_step;
        *to = tc_requantize_dsp((int32_t)(z.v2 * (factor << 2)), multiplier, offset, shift);
        to += pixel_step;
        *to = tc_requantize_dsp((int32_t)(z.v3 * (factor << 2)), multiplier, offset, shift);
        factor <<= (row < 2) ? 1 : 0;
        y += row_step;
    }
}

/* Up to four channels of one tile. A tile that ends beyond the output goes through `spare`. */
static void write_tile(const tc_conv2d_s8_winograd *p, const tile_2d *t, uint32_t *m, int32_t channel, int8_t *spare,
                       int8_t *image)
{
    const int32_t depth = p->out_channels;
    const int32_t count = tc_min_i32(4, depth - channel);
    const int32_t whole = (t->rows == TILE) && (t->columns == TILE);
    int8_t *const y = &image[(((t->row * p->out_width) + t->column) * depth) + channel];
    int8_t *const to = (whole != 0) ? y : spare;
    const int32_t pixel_step = (whole != 0) ? depth : 4;
    const int32_t row_step = (whole != 0) ? (p->out_width * depth) : (4 * TILE);
    for (int32_t c = 0; c < count; c++) {
        write_channel(&m[c], &p->constants[4 * (channel + c)], &to[c], row_step, pixel_step);
    }
    for (int32_t pixel = 0; (pixel < (TILE * TILE)) && (whole == 0); pixel++) {
        const int32_t row = pixel / TILE;
        const int32_t column = pixel % TILE;
        if ((row < t->rows) && (column < t->columns)) {
            (void)memcpy(&y[((row * p->out_width) + column) * depth], &spare[4 * pixel], (size_t)count);
        }
    }
}

/* Computes:  as tc_conv2d_s8_ref for 3x3, stride 1, one group: 36 products for 16 outputs.
 * Needs:     DSP.
 * Scratch:   1216 + 180 * in_channels bytes: products, 16 pixels of four channels, two transformed patches, one patch.
 * Exactness: equal to tc_conv2d_s8_ref for every value. Inputs are taken as 0 to 255, so that transformed ones stay
 *            below 17341, and transformed weights below 6273: int16. Products, their sums and the inverse transform
 *            wrap modulo 2^32 and yield 9 * 2^s * sum; the inverse of 9 leaves 64 * sum, exact while |sum| < 2^25.
 * Measured:  Cortex-M4, tinyc profile, model cycles per MAC of the convolution, and tc_conv2d_s8_dsp: 16 to 16 channels
 *            at 32x32 0.66 (1.11), 32 to 32 at 16x16 0.46 (1.04), 64 to 64 at 8x8 0.36 (1.00).
 */
TC_KERNEL void tc_conv2d_winograd_s8_dsp(const tc_conv2d_s8_winograd *p, const int8_t *restrict x, int8_t *restrict y,
                                         void *scratch)
{
    const int32_t tiles = ((p->out_height + TILE - 1) / TILE) * ((p->out_width + TILE - 1) / TILE);
    const int32_t block_words = TC_WINOGRAD_POSITIONS * 2 * p->in_channels;
    const int32_t pairs = p->in_channels / 2;
    uint32_t *const products = scratch;
    int8_t *const spare = (int8_t *)&products[8 * TC_WINOGRAD_POSITIONS];
    uint32_t *const inputs = (uint32_t *)(void *)&spare[4 * TILE * TILE];
    int8_t *const patch = (int8_t *)&inputs[TC_WINOGRAD_POSITIONS * p->in_channels];
    const int32_t last_units = (pairs - 1) % TC_WINOGRAD_UNROLLED;
    const int32_t skip = ((TC_WINOGRAD_UNROLLED - last_units) % TC_WINOGRAD_UNROLLED) * TC_WINOGRAD_UNIT;
    for (int32_t index = 0; index < (p->batch * tiles); index += 2) {
        const int32_t count = tc_min_i32(2, (p->batch * tiles) - index);
        tile_2d tile[2];
        int8_t *to[2];
        for (int32_t i = 0; i < count; i++) {
            const int32_t image = (index + i) / tiles;
            tile[i] = tile_at(p, (index + i) - (image * tiles));
            to[i] = &y[image * p->out_height * p->out_width * p->out_channels];
            read_tile(p, &x[image * p->in_height * p->in_width * p->in_channels], &tile[i], patch, &inputs[i]);
        }
        for (int32_t channel = 0; channel < p->out_channels; channel += 4) {
            const tc_winograd_run run = {&p->weights[(channel / 4) * block_words], inputs, products, 8 * pairs, skip};
            tc_winograd_products(&run);
            for (int32_t i = 0; i < count; i++) {
                write_tile(p, &tile[i], &products[4 * i], channel, spare, to[i]);
            }
        }
    }
    tc_narrow_s8(y, p->batch * p->out_height * p->out_width * p->out_channels, p->low, p->high);
}

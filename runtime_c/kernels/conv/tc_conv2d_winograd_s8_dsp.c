#include "tinyc/conv_window.h"
#include "tinyc/requant_dsp.h"
#include "tinyc/winograd_dsp.h"
#include "tinyc/winograd_outputs.h"
#include "tinyc/winograd_patch.h"
#include "tinyc/winograd_products.h"

#define TILE 4                  /* outputs along each axis */
#define PATCH TC_WINOGRAD_PATCH /* inputs along each axis */

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
    const tc_winograd_patch even = {x, row_step, depth, v, 4 * depth, depth / 4};
    const tc_winograd_patch odd = {x, row_step, depth, &v[2], 4 * depth, depth / 4};
    tc_winograd_patch_even(&even);
    tc_winograd_patch_odd(&odd);
}

/* Up to four channels of one tile. A tile that ends beyond the output goes through `spare`. */
static void write_tile(const tc_conv2d_s8_winograd *p, const tile_2d *t, uint32_t *m, int32_t channel, int8_t *spare,
                       int8_t *image)
{
    const int32_t depth = p->out_channels;
    const int32_t count = tc_min_i32(4, depth - channel);
    const int32_t whole = (t->rows == TILE) && (t->columns == TILE);
    int8_t *const y = &image[(((t->row * p->out_width) + t->column) * depth) + channel];
    const tc_winograd_outputs outputs = {m,
                                         &p->constants[4 * channel],
                                         (whole != 0) ? y : spare,
                                         (whole != 0) ? (p->out_width * depth) : (4 * TILE),
                                         (whole != 0) ? depth : 4,
                                         count};
    tc_winograd_write(&outputs);
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
 *            at 32x32 0.59 (1.11), 32 to 32 at 16x16 0.43 (1.04), 64 to 64 at 8x8 0.34 (1.00).
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

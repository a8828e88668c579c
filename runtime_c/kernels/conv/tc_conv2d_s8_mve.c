#include "tinyc/conv_window.h"
#include "tinyc/mve.h"
#include "tinyc/mve_copy.h"
#include "tinyc/mve_rows.h"

/* What one column of the input adds to the windows of a row of outputs. */
typedef struct {
    const int8_t *x; /* the first row that is inside */
    int32_t pitch;   /* bytes from tap to tap downwards */
    int32_t above;   /* bytes of taps above the input */
    int32_t inside;  /* taps */
    int32_t bytes;   /* of all taps */
} column_record;

static void put_record(const tc_conv2d_s8_mve_params *p, const column_record *r, int32_t column, int8_t *to)
{
    const int32_t depth = p->shape.in_channels;
    if ((column < 0) || (column >= p->shape.in_width) || (r->inside == 0)) {
        tc_mve_fill(to, p->in_zero_point, r->bytes);
        return;
    }
    const int32_t inside = r->inside * depth;
    if (inside != r->bytes) {
        tc_mve_fill(to, p->in_zero_point, r->above);
        tc_mve_fill(&to[r->above + inside], p->in_zero_point, r->bytes - r->above - inside);
    }
    tc_mve_gather(&to[r->above], &r->x[column * depth], r->pitch, r->inside, depth);
}

static column_record record_at(const tc_conv2d_s8_mve_params *p, int32_t row, const int8_t *image)
{
    const tc_conv2d_shape *const s = &p->shape;
    const int32_t pitch = s->in_width * s->in_channels;
    const tc_window down = tc_window_at(row, s->stride_height, s->pad_top, s->dilation_height, s->kernel_height,
                                        s->in_height);
    const int32_t is_inside = down.first < down.last;
    column_record r;
    r.x = is_inside ? &image[(down.origin + (down.first * s->dilation_height)) * pitch] : image;
    r.pitch = s->dilation_height * pitch;
    r.above = down.first * s->in_channels;
    r.inside = is_inside ? (down.last - down.first) : 0;
    r.bytes = s->kernel_height * s->in_channels;
    return r;
}

/* Computes:  as tc_conv2d_s8_ref for one group: the columns that `tile` windows read are gathered, each once, so that
 *            every window is contiguous; then windows are multiplied as rows. Dilated windows are gathered one by one.
 * Needs:     MVE.
 * Scratch:   the columns of `tile` windows, and 15 bytes that the last one is read with.
 * Exactness: equal to tc_conv2d_s8_ref for shifts of 33 to 54.
 * Measured:  Cortex-M55, tinyc profile, instructions per MAC: 3x3, 16 to 16 channels at 32x32 @A@, 64 to 64 at 8x8 @B@.
 */
TC_KERNEL void tc_conv2d_s8_mve(const tc_conv2d_s8_mve_params *p, const int8_t *restrict x, int8_t *restrict y,
                                void *scratch)
{
    const tc_conv2d_shape *const s = &p->shape;
    int8_t *const strip = scratch;
    for (int32_t row = 0; row < (s->batch * s->out_height); row++) {
        const int32_t image = row / s->out_height;
        const column_record record = record_at(p, row - (image * s->out_height),
                                               &x[image * s->in_height * s->in_width * s->in_channels]);
        const int32_t window = ((s->kernel_width * record.bytes) + 15) & ~15; /* behind it the weights are zero */
        const tc_mve_layer layer = {p->weights, p->constants, window, s->out_channels, p->low, p->high};
        for (int32_t first = 0; first < s->out_width; first += p->tile) {
            const int32_t count = tc_min_i32(p->tile, s->out_width - first);
            const int32_t columns = ((count - 1) * s->stride_width) + s->kernel_width;
            for (int32_t i = 0; i < columns; i++) {
                const int32_t column = (first * s->stride_width) - s->pad_left + (i * s->dilation_width);
                put_record(p, &record, column, &strip[i * record.bytes]);
            }
            tc_mve_rows(&layer, strip, s->stride_width * record.bytes, count,
                        &y[((row * s->out_width) + first) * s->out_channels], s->out_channels);
        }
    }
}

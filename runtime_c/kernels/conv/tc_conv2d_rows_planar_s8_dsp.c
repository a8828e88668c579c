#include "tinyc/conv_rows_dsp.h"
#include "tinyc/tpack_rows_4x2.h"

/* A row of three planes, counted from the padding's left end. */
typedef struct {
    const int8_t *x; /* of the first plane */
    int32_t plane;   /* bytes from one plane to the next */
    int32_t before;  /* columns of padding */
    int32_t width;
    int32_t zero_point;
} row;

static inline uint32_t element(const row *r, int32_t column, int32_t channel)
{
    const int32_t at = column - r->before;
    const int is_inside = (at >= 0) && (at < r->width);
    return (uint32_t)(is_inside ? r->x[(channel * r->plane) + at] : r->zero_point);
}

/* From an even column on, some of which lie outside. */
static uint32_t *put_any(const row *r, int32_t column, uint32_t *to, const uint32_t *end)
{
    int32_t channel = 0;
    while (to != end) {
        const uint32_t first = element(r, column, channel);
        column += (channel == 2) ? 1 : 0;
        channel = (channel == 2) ? 0 : (channel + 1);
        *to++ = tc_pkhbt(first, element(r, column, channel));
        column += (channel == 2) ? 1 : 0;
        channel = (channel == 2) ? 0 : (channel + 1);
    }
    return to;
}

/* Four columns inside. */
static inline uint32_t *put_four(const int8_t *from, int32_t plane, uint32_t *to)
{
    const uint32_t a = tc_load4(from);
    const uint32_t b = tc_load4(&from[plane]);
    const uint32_t c = tc_load4(&from[2 * plane]);
    const uint32_t a02 = tc_sxtb16(a);
    const uint32_t a13 = tc_sxtb16_ror8(a);
    const uint32_t b02 = tc_sxtb16(b);
    const uint32_t b13 = tc_sxtb16_ror8(b);
    const uint32_t c02 = tc_sxtb16(c);
    const uint32_t c13 = tc_sxtb16_ror8(c);
    to[0] = tc_pkhbt(a02, b02);
    to[1] = tc_pkhbt(c02, a13);
    to[2] = tc_pkhbt(b13, c13);
    to[3] = tc_pkhtb(a02, b02);
    to[4] = tc_pkhtb(c02, a13);
    to[5] = tc_pkhtb(b13, c13);
    return &to[6];
}

/* Row `in` of an image, perhaps one outside of it: `pitch` words. */
static void fill(const tc_conv2d_s8_rows *p, const int8_t *image, int32_t in, int32_t pitch, uint32_t *to)
{
    const tc_conv2d_shape *s = &p->shape;
    const int is_inside = (in >= 0) && (in < s->in_height);
    const row r = {is_inside ? &image[in * s->in_width] : image, s->in_height * s->in_width, s->pad_left,
                   is_inside ? s->in_width : 0, p->in_zero_point};
    const int32_t first = (r.before + 1) & ~1;
    const int32_t room = (pitch - (3 * (first / 2))) / 6;
    const int32_t fours = tc_clamp_i32((r.before + r.width - first) / 4, 0, tc_max_i32(room, 0));
    const uint32_t *const end = &to[pitch];
    if (fours == 0) {
        (void)put_any(&r, 0, to, end);
        return;
    }
    to = put_any(&r, 0, to, &to[3 * (first / 2)]);
    const int8_t *from = &r.x[first - r.before];
    for (const int8_t *const last = &from[4 * fours]; from != last; from = &from[4]) {
        to = put_four(from, r.plane, to);
    }
    (void)put_any(&r, first + (4 * fours), to, end);
}

/* Computes:  as tc_conv2d_s8_ref for 3x3 windows of three channels, two columns apart, from planes: the input lies
 *            [channel][row][column], the outputs channels-last; every row is expanded once for a band of outputs.
 * Needs:     DSP.
 * Scratch:   the rows of a band as int16: ((band_rows - 1) * stride + 3) * pitch words.
 * Exactness: equal to tc_conv2d_s8_ref while the sums of odd channels stay below 2^23 and all channels share a shift.
 * Measured:  Cortex-M4, tinyc profile, 3 to 8 channels from 96x96, model cycles per MAC: 1.55; with a copy to
 *            channels-last before tc_conv2d_rows_s8_dsp: 1.82.
 */
#define TC_FUNCTION tc_conv2d_rows_planar_s8_dsp
#include "tinyc/conv_rows_body.h"

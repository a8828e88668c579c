/* Body of the convolutions in up to three dimensions: included by one file per number format and direction, which
 * defines TC_ELEMENT, TC_WEIGHT, TC_SUM and TC_SOURCE, and TC_FACTOR where a product is narrower than a sum. No include
 * guard on purpose.
 */
#ifndef TC_FACTOR
#define TC_FACTOR TC_SUM
#endif

/* Sum of products of one tap; x points at the pixel's first channel of the group. */
static TC_SUM products(const TC_ELEMENT *restrict x, const TC_WEIGHT *restrict weights, int32_t depth, TC_SUM zero_point)
{
    TC_SUM sum = 0;
    for (int32_t c = 0; c < depth; c++) {
        sum += ((TC_FACTOR)x[c] - (TC_FACTOR)zero_point) * (TC_FACTOR)weights[c];
    }
    return sum;
}

/* Sum of one output over the taps inside x; x points at the image's first channel of the group. */
static TC_SUM taps(const tc_conv_nd_shape *s, const TC_ELEMENT *restrict x, const TC_WEIGHT *restrict weights,
                   const int32_t *at, TC_SUM zero_point)
{
    const int32_t depth = s->in_channels / s->groups;
    const int32_t count = s->kernel[0] * s->kernel[1] * s->kernel[2];
    TC_SUM sum = 0;
    for (int32_t tap = 0; tap < count; tap++) {
        const int32_t a = TC_SOURCE(s, 0, at[0], tap / (s->kernel[1] * s->kernel[2]));
        const int32_t b = TC_SOURCE(s, 1, at[1], (tap / s->kernel[2]) % s->kernel[1]);
        const int32_t c = TC_SOURCE(s, 2, at[2], tap % s->kernel[2]);
        if ((a >= 0) && (b >= 0) && (c >= 0)) {
            const int32_t pixel = (((a * s->in_length[1]) + b) * s->in_length[2]) + c;
            sum += products(&x[pixel * s->in_channels], &weights[tap * depth], depth, zero_point);
        }
    }
    return sum;
}

/* Sum of output number `index` in memory order, without bias. */
static TC_SUM output_sum(const tc_conv_nd_shape *s, const TC_ELEMENT *restrict x, const TC_WEIGHT *restrict weights,
                         int32_t index, TC_SUM zero_point)
{
    const int32_t depth = s->in_channels / s->groups;
    const int32_t filter = s->kernel[0] * s->kernel[1] * s->kernel[2] * depth;
    const int32_t m = index % s->out_channels;
    const int32_t place = index / s->out_channels;
    const int32_t row = place / s->out_length[2];
    const int32_t plane = row / s->out_length[1];
    const int32_t at[TC_CONV_AXES] = {plane % s->out_length[0], row % s->out_length[1], place % s->out_length[2]};
    const int32_t image = (plane / s->out_length[0]) * s->in_length[0] * s->in_length[1] * s->in_length[2];
    const int32_t channel = (m / (s->out_channels / s->groups)) * depth;
    return taps(s, &x[(image * s->in_channels) + channel], &weights[m * filter], at, zero_point);
}

static int32_t output_count(const tc_conv_nd_shape *s)
{
    return s->batch * s->out_length[0] * s->out_length[1] * s->out_length[2] * s->out_channels;
}

/* Body of tc_dynamic_dense_f32w4_dsp and _f32w2_dsp: the including file defines TC_FUNCTION, TC_LANES (weights of a
 * word), TC_OFFSET (what is added to each) and TC_DOT, the function of offset_dot.h. No include guard on purpose.
 *
 * weights: [groups][out_features / 2][words][2], as offset_dot.h reads them, a channel of zeros where these end.
 */

static int32_t words_of(int32_t count)
{
    return (count + TC_LANES - 1) / TC_LANES;
}

/* The integers of one group as columns; returns their sum. */
static int32_t expand(const float *restrict x, int32_t count, tc_dynamic_scale scale, uint32_t *restrict columns)
{
    int32_t sum = 0;
    for (int32_t first = 0; first < count; first += TC_LANES) {
        for (int32_t j = 0; j < (TC_LANES / 2); j++) {
            const int32_t low = first + j;
            const int32_t high = low + (TC_LANES / 2);
            const int32_t a = (low < count) ? tc_dynamic_integer(x[low], scale) : 0;
            const int32_t b = (high < count) ? tc_dynamic_integer(x[high], scale) : 0;
            *columns = ((uint32_t)b << 16) | ((uint32_t)a & 0xFFFFu);
            columns++;
            sum += a + b;
        }
    }
    return sum;
}

/* total[m] += scale[m] * sum of a group, for all channels. */
static void add_group(const tc_dynamic_dense_bits *p, const uint32_t *weights, const float *restrict scale,
                      const uint32_t *columns, int32_t offset, float *restrict total)
{
    const int32_t words = words_of(p->group);
    for (int32_t m = 0; m < p->out_features; m += 2) {
        int32_t sums[2];
        TC_DOT(weights, columns, words, sums);
        total[m] += (float)(sums[0] - offset) * scale[m];
        if ((m + 1) < p->out_features) {
            total[m + 1] += (float)(sums[1] - offset) * scale[m + 1];
        }
        weights += 2 * words;
    }
}

TC_KERNEL void TC_FUNCTION(const tc_dynamic_dense_bits *p, const float *restrict x, float *restrict y, void *scratch)
{
    uint32_t *const columns = scratch;
    for (int32_t row = 0; row < p->rows; row++) {
        const tc_dynamic_scale found = tc_dynamic_scale_of(x, p->in_features, 1);
        const uint32_t *weights = p->weights;
        const float *scale = p->scale;
        for (int32_t m = 0; m < p->out_features; m++) {
            y[m] = 0.0f;
        }
        for (int32_t first = 0; first < p->in_features; first += p->group) {
            const int32_t sum = expand(&x[first], p->group, found, columns);
            add_group(p, weights, scale, columns, TC_OFFSET * sum, y);
            weights += 2 * ((p->out_features + 1) / 2) * words_of(p->group);
            scale += p->out_features;
        }
        for (int32_t m = 0; m < p->out_features; m++) {
            y[m] = tc_clamp_f32((y[m] * found.scale) + p->bias[m], p->low, p->high);
        }
        x += p->in_features;
        y += p->out_features;
    }
}

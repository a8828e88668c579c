#include "tinyc/dense_lanes.h"
#include "tinyc/nibble_lanes.h"

#define ONES 0x00010001u

/* Two words of columns of four inputs, words 2 apart: inputs 0 and 2, 1 and 3; returns the sum with their halves. */
static inline int32_t put(uint32_t *next, uint32_t a, uint32_t b, int32_t sum)
{
    const uint32_t lifted = a ^ 0x08080808u;
    const uint32_t even = (lifted & 0x000F000Fu) | ((b << 12) & 0xF000F000u);
    const uint32_t odd = ((lifted >> 8) & 0x000F000Fu) | ((b << 4) & 0xF000F000u);
    next[0] = even;
    next[2] = odd;
    return tc_smlad(odd, ONES, tc_smlad(even, ONES, sum));
}

/* Up to four inputs, then zeros. */
static uint32_t tail(const int8_t *x, int32_t count)
{
    uint32_t word = 0;
    (void)memcpy(&word, x, (size_t)count);
    return word;
}

/* Every other word of columns: two pixels, filled up with zeros; returns the sum of its halves. */
static int32_t expand_pair(const int8_t *a, const int8_t *b, int32_t count, uint32_t *next, const uint32_t *last)
{
    const int8_t *const end = &a[count & ~15];
    int32_t sum = 0;
    for (; a != end; a = &a[16], b = &b[16], next = &next[16]) {
        sum = put(next, tc_load4(a), tc_load4(b), sum);
        sum = put(&next[4], tc_load4(&a[4]), tc_load4(&b[4]), sum);
        sum = put(&next[8], tc_load4(&a[8]), tc_load4(&b[8]), sum);
        sum = put(&next[12], tc_load4(&a[12]), tc_load4(&b[12]), sum);
    }
    for (int32_t left = count % 16; left > 0; left -= 4, a = &a[4], b = &b[4], next = &next[4]) {
        const int32_t size = tc_min_i32(left, 4);
        sum = put(next, tail(a, size), tail(b, size), sum);
    }
    for (; next < last; next = &next[2]) {
        next[0] = 0;
    }
    return sum;
}

/* A block of `count` inputs; returns its end. */
static uint32_t *expand(const int8_t *const x[TC_LANES_PIXELS], int32_t first, int32_t count, uint32_t *header)
{
    const int32_t words = (count + TC_LANES_INPUTS - 1) / TC_LANES_INPUTS * TC_LANES_INPUTS;
    uint32_t *const begin = &header[TC_LANES_HEADER];
    uint32_t *const last = &begin[words];
    const int32_t sum0 = expand_pair(&x[0][first], &x[1][first], count, begin, last);
    const int32_t sum1 = expand_pair(&x[2][first], &x[3][first], count, &begin[1], last);
    header[0] = 0u - (8u * (uint32_t)sum0);
    header[1] = 0u - (8u * (uint32_t)sum1);
    header[2] = 4u * (uint32_t)words;
    return last;
}

/* The outputs of four channels from their sums. */
static void settle(const int32_t *sums, const int32_t *general, int8_t *y)
{
    for (int32_t i = 0; i < 16; i++) {
        const int32_t *const q = &general[4 * (i / 4)];
        y[(4 * (i % 4)) + (i / 4)] = tc_requantize_dsp((16 * sums[i]) + q[0], q[1], q[2], q[3]);
    }
}

/* Four channels after four channels of some rows, from `channel` on, by way of a place of their own. */
static void store_apart(const tc_dense_s4_lanes *p, const tc_lanes *all, int32_t words, int32_t channel, int32_t rows,
                        int8_t *y)
{
    for (; channel < p->out_features; channel += 4) {
        int8_t own[16];
        int32_t sums[16];
        tc_lanes run = *all;
        run.weights = &p->weights[(channel / 4) * words];
        run.weights_end = &run.weights[words];
        run.constants = (p->general == NULL) ? &p->constants[2 * channel] : NULL;
        run.y = own;
        run.stride = 4;
        run.sums = sums;
        tc_lanes_run(&run);
        if (p->general != NULL) {
            settle(sums, &p->general[4 * channel], own);
        }
        const int32_t count = tc_min_i32(4, p->out_features - channel);
        for (int32_t row = 0; row < rows; row++) {
            (void)memcpy(&y[(row * p->out_features) + channel], &own[4 * row], (size_t)count);
        }
    }
}

/* All channels of up to four rows from their columns. */
static void four_rows(const tc_dense_s4_lanes *p, const uint32_t *begin, const uint32_t *end, int32_t rows, int8_t *y)
{
    const int32_t blocks = (p->in_features + p->block - 1) / p->block;
    const int32_t sixteens = (p->in_features + TC_LANES_INPUTS - 1) / TC_LANES_INPUTS;
    const int32_t words = (TC_LANES_START * blocks) + ((TC_LANES_INPUTS / 2) * sixteens);
    const int32_t whole = ((rows == TC_LANES_PIXELS) && (p->general == NULL)) ? (p->out_features & ~3) : 0;
    const uint32_t lift = (0u - (uint32_t)(TC_LANES_MIDDLE * blocks)) & 0xFFFFu;
    const tc_lanes run = {begin, end, &p->weights[(whole / 4) * words], p->constants, y,
                          p->out_features, lift * 0x00010001u, NULL, p->weights};
    if (whole > 0) {
        tc_lanes_run(&run);
    }
    store_apart(p, &run, words, whole, rows, y);
}

/* Computes:  as tc_dense_s8w4_ref for activations of -8 to 7, four rows at a time; four products in one multiplication.
 * Needs:     DSP.
 * Scratch:   4 * ceil16(in_features) + 12 * ceil(in_features / block) bytes: four rows as pairs, and what the lanes of
 *            blocks start from.
 * Exactness: equal to tc_dense_s8w4_ref while the sums of a block stay within -2048 to 2047, those of
 *            all within 16 bits.
 * Measured:  Cortex-M4, benchmarks.kernels, 16 rows to 64 features, model cycles per MAC: 0.80 from 64 features, 0.70
 *            from 144, all in (lanes of 14 bits in SMLAL: 0.95, 0.82); the loop alone 0.51.
 */
TC_KERNEL void tc_dense_s4w4_dsp(const tc_dense_s4_lanes *p, const int8_t *restrict x, int8_t *restrict y,
                                 void *scratch)
{
    for (int32_t row = 0; row < p->rows; row += TC_LANES_PIXELS) {
        const int8_t *pixels[TC_LANES_PIXELS];
        for (int32_t i = 0; i < TC_LANES_PIXELS; i++) {
            pixels[i] = &x[tc_min_i32(row + i, p->rows - 1) * p->in_features];
        }
        uint32_t *end = scratch;
        for (int32_t first = 0; first < p->in_features; first += p->block) {
            end = expand(pixels, first, tc_min_i32(p->block, p->in_features - first), end);
        }
        four_rows(p, scratch, end, tc_min_i32(TC_LANES_PIXELS, p->rows - row), &y[row * p->out_features]);
    }
    tc_narrow_s8(y, p->rows * p->out_features, p->low, p->high);
}

#include "tinyc/dense_lanes.h"
#include "tinyc/nibble_lanes.h"

/* Four pixels side by side: their inputs and outputs. Those that a last group lacks repeat the last one. */
typedef struct {
    const int8_t *x[TC_LANES_PIXELS];
    int8_t *y[TC_LANES_PIXELS];
} pixels;

/* A of two pixels. */
static int32_t both(int32_t a, int32_t b)
{
    return (a * 16) + (b * (1 << 18));
}

/* What the lanes of two pixels start from; `sum` is the sum of their A. */
static void put_start(uint32_t start[2], int32_t sum)
{
    const uint64_t lanes = (uint64_t)TC_LANES_START - (uint64_t)((int64_t)sum * 8);
    start[0] = (uint32_t)(lanes & 0xFFFFFFFFu);
    start[1] = (uint32_t)(lanes >> 32);
}

/* Columns of inputs first to last - 1, filled up with zeros; returns their end. */
static int32_t *expand(const pixels *group, int32_t first, int32_t last, int32_t *columns, uint32_t start[4])
{
    const int8_t *const end = &group->x[0][last];
    const int8_t *a = &group->x[0][first];
    const int8_t *b = &group->x[1][first];
    const int8_t *c = &group->x[2][first];
    const int8_t *d = &group->x[3][first];
    int32_t sum0 = 0;
    int32_t sum1 = 0;
    while (a != end) {
        const int32_t ab = both(*a++, *b++);
        const int32_t cd = both(*c++, *d++);
        *columns++ = ab;
        *columns++ = cd;
        sum0 += ab;
        sum1 += cd;
    }
    put_start(&start[0], sum0);
    put_start(&start[2], sum1);
    for (int32_t k = last - first; (k % TC_LANES_INPUTS) != 0; k++) {
        *columns++ = 0;
        *columns++ = 0;
    }
    return columns;
}

/* An output from its sum. Times 16, so that a shift is never below 1. */
static int8_t output(int32_t sum, const int32_t *q)
{
    return tc_requantize_dsp((sum + q[0]) * 16, q[1], q[2], q[3]);
}

/* The outputs of four channels. */
static void store(const int32_t *sums, const int32_t *constants, const pixels *group, int32_t channel)
{
    int8_t *const y0 = &group->y[0][channel];
    int8_t *const y1 = &group->y[1][channel];
    int8_t *const y2 = &group->y[2][channel];
    int8_t *const y3 = &group->y[3][channel];
    for (int32_t i = 0; i < 4; i++) {
        const int32_t *const s = &sums[(8 * (i / 2)) + (2 * (i % 2))];
        y0[i] = output(s[0], constants);
        y1[i] = output(s[1], constants);
        y2[i] = output(s[4], constants);
        y3[i] = output(s[5], constants);
        constants = &constants[4];
    }
}

/* The outputs of the last one to three channels. */
static void store_last(const int32_t *sums, const int32_t *constants, const pixels *group, int32_t channel,
                       int32_t count)
{
    int8_t outputs[TC_LANES_PIXELS][4];
    const pixels last = {{NULL}, {outputs[0], outputs[1], outputs[2], outputs[3]}};
    store(sums, constants, &last, 0);
    for (int32_t i = 0; i < TC_LANES_PIXELS; i++) {
        (void)memcpy(&group->y[i][channel], outputs[i], (size_t)count);
    }
}

/* The sums of four channels over all blocks; returns where the weights of the next four begin. */
static const uint32_t *sum_blocks(const tc_dense_s4_lanes *p, const uint32_t *weights, const int32_t *columns,
                                  const uint32_t *starts, tc_lanes *run)
{
    int32_t total[16] = {0};
    for (int32_t first = 0; first < p->in_features; first += p->block) {
        const int32_t sixteens =
            (tc_min_i32(p->block, p->in_features - first) + TC_LANES_INPUTS - 1) / TC_LANES_INPUTS;
        run->columns = columns;
        run->columns_end = &columns[2 * TC_LANES_INPUTS * sixteens];
        run->weights = weights;
        run->is_odd = sixteens % 2;
        (void)memcpy(run->start, starts, sizeof run->start);
        tc_lanes_4x4(run);
        for (int32_t i = 0; i < 16; i++) {
            total[i] += run->sums[i];
        }
        columns = run->columns_end;
        weights = &weights[(TC_LANES_INPUTS / 2) * sixteens];
        starts = &starts[4];
    }
    (void)memcpy(run->sums, total, sizeof total);
    return weights;
}

/* All channels of four pixels from their columns. */
static void four_pixels(const tc_dense_s4_lanes *p, const int32_t *columns, const int32_t *columns_end,
                        const uint32_t *starts, const pixels *group)
{
    const int32_t sixteens = (int32_t)(columns_end - columns) / (2 * TC_LANES_INPUTS);
    const uint32_t *weights = p->weights;
    tc_lanes run = {columns, weights, columns_end, sixteens % 2, {starts[0], starts[1], starts[2], starts[3]}, {0}};
    for (int32_t channel = 0; channel < p->out_features; channel += 4) {
        if (p->in_features <= p->block) {
            run.weights = weights;
            tc_lanes_4x4(&run);
            weights = &weights[(TC_LANES_INPUTS / 2) * sixteens];
        } else {
            weights = sum_blocks(p, weights, columns, starts, &run);
        }
        if ((channel + 4) <= p->out_features) {
            store(run.sums, &p->constants[4 * channel], group, channel);
        } else {
            store_last(run.sums, &p->constants[4 * channel], group, channel, p->out_features - channel);
        }
    }
}

/* Computes:  as tc_dense_s8w4_ref for activations of -8 to 7, four rows at a time; four products in one multiplication.
 * Needs:     DSP, FPU registers.
 * Scratch:   8 * ceil16(in_features) + 16 * ceil(in_features / block) bytes: four rows as pairs, and the lanes that
 *            blocks start from.
 * Exactness: equal to tc_dense_s8w4_ref while the sums of a block stay within -8192 to 8191.
 * Measured:  Cortex-M4, benchmarks.kernels, 16 rows to 64 features, model cycles per MAC: 1.08 from 64 features, 0.88
 *            from 144; a further input costs 0.72, the block of nibble_lanes.h 0.64.
 */
TC_KERNEL void tc_dense_s4w4_dsp(const tc_dense_s4_lanes *p, const int8_t *restrict x, int8_t *restrict y,
                                 void *scratch)
{
    const int32_t blocks = (p->in_features + p->block - 1) / p->block;
    uint32_t *const starts = scratch;
    int32_t *const columns = (int32_t *)&starts[4 * blocks];
    for (int32_t row = 0; row < p->rows; row += TC_LANES_PIXELS) {
        pixels group;
        for (int32_t i = 0; i < TC_LANES_PIXELS; i++) {
            const int32_t mine = tc_min_i32(row + i, p->rows - 1);
            group.x[i] = &x[mine * p->in_features];
            group.y[i] = &y[mine * p->out_features];
        }
        int32_t *end = columns;
        for (int32_t i = 0; i < blocks; i++) {
            const int32_t first = i * p->block;
            end = expand(&group, first, tc_min_i32(first + p->block, p->in_features), end, &starts[4 * i]);
        }
        four_pixels(p, columns, end, starts, &group);
    }
    tc_narrow_s8(y, p->rows * p->out_features, p->low, p->high);
}

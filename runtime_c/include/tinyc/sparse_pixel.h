/* All channels of one pixel from the inputs of its window. Sums wrap; the results are those of sums that do not. */
#ifndef TINYC_SPARSE_PIXEL_H
#define TINYC_SPARSE_PIXEL_H

#include "tinyc/requant.h"
#include "tinyc/sparse.h"

static inline int8_t tc_sparse_output(const tc_sparse_rows *r, int32_t channel, uint32_t sum)
{
    return (int8_t)tc_requantize((int32_t)sum, r->multiplier[channel], r->shift[channel], r->out_zero_point, r->low,
                                 r->high);
}

static inline void tc_sparse_pixel(const tc_sparse_rows *r, const int8_t *x, int8_t *y)
{
    const int8_t *entry = r->list;
    for (int32_t m = 0; m < r->channels; m++) {
        const int8_t *from = x;
        uint32_t sum = (uint32_t)r->bias[m];
        for (int32_t left = r->counts[m]; left > 0; left--) {
            from = &from[(uint8_t)entry[0]];
            sum += (uint32_t)((int32_t)*from * entry[1]);
            entry = &entry[2];
        }
        y[m] = tc_sparse_output(r, m, sum);
    }
}

static inline void tc_sparse_blocks_pixel(const tc_sparse_rows *r, const int8_t *x, int8_t *y)
{
    const int8_t *entry = r->list;
    for (int32_t m = 0; m < r->channels; m += 4) {
        const int8_t *from = x;
        uint32_t sums[4] = {0, 0, 0, 0};
        for (int32_t left = r->counts[m / 4]; left > 0; left--) {
            from = &from[2 * (uint8_t)entry[0]];
            const int32_t x0 = from[0];
            const int32_t x1 = from[1];
            sums[0] += (uint32_t)((x0 * entry[1]) + (x1 * entry[5]));
            sums[1] += (uint32_t)((x0 * entry[2]) + (x1 * entry[6]));
            sums[2] += (uint32_t)((x0 * entry[3]) + (x1 * entry[7]));
            sums[3] += (uint32_t)((x0 * entry[4]) + (x1 * entry[8]));
            entry = &entry[9];
        }
        const int32_t count = tc_min_i32(r->channels - m, 4);
        for (int32_t i = 0; i < count; i++) {
            y[m + i] = tc_sparse_output(r, m + i, (uint32_t)r->bias[m + i] + sums[i]);
        }
    }
}

#endif

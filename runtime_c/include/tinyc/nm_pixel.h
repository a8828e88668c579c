/* All channels of one pixel from the inputs of its window, by weights of nm.h. Sums wrap; the results are those of sums
 * that do not. No input behind the last one is read.
 */
#ifndef TINYC_NM_PIXEL_H
#define TINYC_NM_PIXEL_H

#include "tinyc/nm.h"
#include "tinyc/requant.h"

#define TC_N 1
#define TC_M 4
#define TC_FUNCTION tc_nm_sum_1_4
#include "tinyc/nm_sum_body.h"
#undef TC_FUNCTION
#undef TC_N
#define TC_N 2
#define TC_FUNCTION tc_nm_sum_2_4
#include "tinyc/nm_sum_body.h"
#undef TC_FUNCTION
#undef TC_M
#define TC_M 8
#define TC_FUNCTION tc_nm_sum_2_8
#include "tinyc/nm_sum_body.h"
#undef TC_FUNCTION
#undef TC_N
#define TC_N 1
#define TC_FUNCTION tc_nm_sum_1_8
#include "tinyc/nm_sum_body.h"
#undef TC_FUNCTION
#undef TC_N
#define TC_N 4
#define TC_FUNCTION tc_nm_sum_4_8
#include "tinyc/nm_sum_body.h"
#undef TC_FUNCTION
#undef TC_N
#undef TC_M

typedef uint32_t (*tc_nm_sum)(const int8_t *unit, const int8_t *x, int32_t units);

static inline tc_nm_sum tc_nm_sum_of(int32_t n, int32_t m)
{
    if (m == 4) {
        return (n == 1) ? tc_nm_sum_1_4 : tc_nm_sum_2_4;
    }
    if (n == 4) {
        return tc_nm_sum_4_8;
    }
    return (n == 1) ? tc_nm_sum_1_8 : tc_nm_sum_2_8;
}

/* The groups of a unit that is not whole. */
static inline uint32_t tc_nm_rest(const tc_nm_rows *r, const int8_t *unit, const int8_t *x, int32_t groups)
{
    const int32_t bits = (r->m == 4) ? 2 : 4;
    const int8_t *const weights = &unit[bits / 2];
    uint32_t sum = 0;
    for (int32_t i = 0; i < (groups * r->n); i++) {
        const int32_t place = ((uint8_t)unit[(i * bits) / 8] >> ((i * bits) & 7)) & (r->m - 1);
        sum += (uint32_t)(weights[i] * x[((i / r->n) * r->m) + place]);
    }
    return sum;
}

static inline void tc_nm_pixel(const tc_nm_rows *r, const int8_t *x, int8_t *y)
{
    const tc_nm_sum sum_of = tc_nm_sum_of(r->n, r->m);
    const int32_t together = 4 / r->n;
    const int32_t units = r->groups / together;
    const int32_t rest = r->groups - (units * together);
    const int32_t unit_bytes = (r->m == 4) ? 5 : 6;
    const int8_t *unit = r->stream;
    for (int32_t c = 0; c < r->channels; c++) {
        uint32_t sum = (uint32_t)r->bias[c] + sum_of(unit, x, units);
        unit = &unit[units * unit_bytes];
        if (rest > 0) {
            sum += tc_nm_rest(r, unit, &x[units * together * r->m], rest);
            unit = &unit[unit_bytes];
        }
        y[c] = (int8_t)tc_requantize((int32_t)sum, r->multiplier[c], r->shift[c], r->out_zero_point, r->low, r->high);
    }
}

#endif

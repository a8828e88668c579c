#include "tinyc/requant.h"
#include "tinyc/resize.h"

static int32_t centred(const tc_resize_s8 *p, int8_t x)
{
    return (int32_t)x - p->in_zero_point;
}

static int8_t finish(const tc_resize_s8 *p, int32_t sum)
{
    return (int8_t)tc_requantize(sum, p->multiplier, p->shift, p->out_zero_point, INT8_MIN, INT8_MAX);
}

/* Computes:  y = requantised sum of weighted neighbours along up to two axes.
 * Needs:     sums below 2^31, which the compiler proves.
 * Scratch:   none.
 * Exactness: exact int32 sum, one rounding.
 */
#define TC_FUNCTION tc_resize_s8_ref
#define TC_PARAMS tc_resize_s8
#define TC_ELEMENT int8_t
#define TC_SUM int32_t
#include "tinyc/resize_body.h"

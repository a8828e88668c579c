#include "tinyc/reduce.h"

static int64_t step(int64_t acc, int64_t value)
{
    return (value < acc) ? value : acc;
}

static int64_t finish(int64_t acc, int64_t elements)
{
    (void)elements;
    return acc;
}

/* Computes:  y[i] = smallest of the elements behind output i.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
#define TC_FUNCTION tc_reduce_min_i32_ref
#define TC_ELEMENT int32_t
#define TC_START INT64_MAX
#include "tinyc/reduce_int_body.h"

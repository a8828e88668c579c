#include "tinyc/reduce.h"

static int64_t step(int64_t acc, int64_t value)
{
    return (int64_t)((uint64_t)acc + (uint64_t)value);
}

static int64_t finish(int64_t acc, int64_t elements)
{
    return acc / elements;
}

/* Computes:  y[i] = sum, divided by their number and rounded towards zero, of the elements behind output i.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact; sums beyond 64 bits and results beyond the format wrap.
 */
#define TC_FUNCTION tc_reduce_mean_i64_ref
#define TC_ELEMENT int64_t
#define TC_START 0
#include "tinyc/reduce_int_body.h"

#include "tinyc/pool.h"

static int wins(int8_t value, int8_t best)
{
    return value > best;
}

/* Computes:  y[n][o][c] = maximum of x over the taps of window o that lie inside the input.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
#define TC_FUNCTION tc_max_pool_s8_ref
#define TC_ELEMENT int8_t
#define TC_LOWEST INT8_MIN
#include "tinyc/max_pool_body.h"

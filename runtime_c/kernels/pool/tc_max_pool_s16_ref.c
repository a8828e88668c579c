#include "tinyc/pool.h"

static int wins(int16_t value, int16_t best)
{
    return value > best;
}

/* Computes:  y[n][o][c] = maximum of x over the taps of window o that lie inside the input.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
#define TC_FUNCTION tc_max_pool_s16_ref
#define TC_ELEMENT int16_t
#define TC_LOWEST INT16_MIN
#include "tinyc/max_pool_body.h"

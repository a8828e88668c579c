#include "tinyc/pool.h"

static int wins(uint8_t value, uint8_t best)
{
    return value > best;
}

/* Computes:  y[n][o][c] = maximum of x over the taps of window o that lie inside the input.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
#define TC_FUNCTION tc_max_pool_u8_ref
#define TC_ELEMENT uint8_t
#define TC_LOWEST 0u
#include "tinyc/max_pool_body.h"

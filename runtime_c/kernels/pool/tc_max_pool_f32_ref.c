#include <math.h>

#include "tinyc/pool.h"

static int wins(float value, float best)
{
    return (value > best) || (value != value);
}

/* Computes:  y[n][o][c] = maximum of x over the taps of window o that lie inside the input.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact; a NaN in the window gives NaN.
 */
#define TC_FUNCTION tc_max_pool_f32_ref
#define TC_ELEMENT float
#define TC_LOWEST -INFINITY
#include "tinyc/max_pool_body.h"

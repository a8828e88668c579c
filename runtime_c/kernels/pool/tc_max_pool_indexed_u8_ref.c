#include "tinyc/pool.h"

/* Computes:  y[n][c][o] = maximum of x over the taps of window o inside the image, places[n][c][o] = where it lies in x.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact; the first of equal taps.
 */
#define TC_FUNCTION tc_max_pool_indexed_u8_ref
#define TC_ELEMENT uint8_t
#define TC_LOWEST 0u
#include "tinyc/max_pool_indexed_body.h"

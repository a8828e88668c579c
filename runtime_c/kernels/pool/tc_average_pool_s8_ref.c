#include "tinyc/pool.h"
#include "tinyc/requant.h"

/* Computes:  y[n][o][c] = requantize(sum of (x - in_zero_point) over the taps of window o inside the input), with the
 *            factor scale_x / (scale_y * taps that count).
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: the definition; numpy's meaning bit for bit.
 */
#define TC_FUNCTION tc_average_pool_s8_ref
#define TC_ELEMENT int8_t
#include "tinyc/average_pool_body.h"

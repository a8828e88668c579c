#include "tinyc/cumulative.h"

/* Computes:  y = running products of each run of `count`; what does not fit wraps.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_CUMULATIVE(tc_cum_prod_i32_ref, int32_t, 1, (int32_t)((uint32_t)acc * (uint32_t)v))

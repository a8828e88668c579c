#include "tinyc/cumulative.h"

/* Computes:  y = running products of each run of `count`; what does not fit wraps.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_CUMULATIVE(tc_cum_prod_i64_ref, int64_t, 1, (int64_t)((uint64_t)acc * (uint64_t)v))

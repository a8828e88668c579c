#include "tinyc/cumulative.h"

/* Computes:  y = running sums of each run of `count`; what does not fit wraps.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_CUMULATIVE(tc_cum_sum_i64_ref, int64_t, 0, (int64_t)((uint64_t)acc + (uint64_t)v))

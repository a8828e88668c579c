#include "tinyc/cumulative.h"

/* Computes:  y = running sums of each run of `count`.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: float32, in order.
 */
TC_CUMULATIVE(tc_cum_sum_f32_ref, float, 0.0f, acc + v)

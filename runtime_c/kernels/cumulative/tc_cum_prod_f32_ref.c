#include "tinyc/cumulative.h"

/* Computes:  y = running products of each run of `count`.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: float32, in order.
 */
TC_CUMULATIVE(tc_cum_prod_f32_ref, float, 1.0f, acc * v)

#include "tinyc/argmax.h"

/* Computes:  y = the index of the greatest element of each run of `count`.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_ARGMAX(tc_argmax_f32_ref, float, int64_t, >)

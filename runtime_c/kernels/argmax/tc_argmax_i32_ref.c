#include "tinyc/argmax.h"

/* Computes:  y = the index of the greatest element of each run of `count`.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_ARGMAX(tc_argmax_i32_ref, int32_t, int64_t, >)

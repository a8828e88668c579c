#include "tinyc/argmax.h"

/* Computes:  y = the index of the greatest element of each run of `count`, in int32.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_ARGMAX(tc_argmax_i64_i32_ref, int64_t, int32_t, >)

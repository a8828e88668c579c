#include "tinyc/argmax.h"

/* Computes:  y = the index of the smallest element of each run of `count`, in int32.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_ARGMAX(tc_argmin_i32_i32_ref, int32_t, int32_t, <)

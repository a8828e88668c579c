#include "tinyc/argmax.h"

/* Computes:  y = the index of the smallest element of each run of `count`.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_ARGMAX(tc_argmin_f32_ref, float, int64_t, <)

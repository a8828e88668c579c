#include "tinyc/argmax.h"

/* Computes:  y = the index of the smallest element of each run of `count`.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_ARGMAX(tc_argmin_u8_ref, uint8_t, int64_t, <)

#include "tinyc/argmax.h"

/* Computes:  y = the index of the greatest element of each run of `count`, in int32.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_ARGMAX(tc_argmax_u8_i32_ref, uint8_t, int32_t, >)

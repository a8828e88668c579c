#include "tinyc/compare.h"

/* Computes:  y = 1 where a <= b, 0 elsewhere.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_BINARY(tc_less_or_equal_i32_ref, tc_binary, int32_t, uint8_t, (l <= r) ? 1u : 0u)

#include "tinyc/compare.h"

/* Computes:  y = 1 where a = b, 0 elsewhere.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_BINARY(tc_equal_i16_ref, tc_binary, int16_t, uint8_t, (l == r) ? 1u : 0u)

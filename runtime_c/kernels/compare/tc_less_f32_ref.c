#include "tinyc/compare.h"

/* Computes:  y = 1 where a < b, 0 elsewhere; false with NaN.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_BINARY(tc_less_f32_ref, tc_binary, float, uint8_t, (l < r) ? 1u : 0u)

#include "tinyc/cast.h"

/* Computes:  y = x; where it does not fit, its low bits.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_CAST(tc_cast_i32_u8_ref, int32_t, uint8_t, (uint8_t)v)

#include "tinyc/cast.h"

/* Computes:  y = x; where it does not fit, its low bits.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_CAST(tc_cast_u8_i16_ref, uint8_t, int16_t, (int16_t)v)

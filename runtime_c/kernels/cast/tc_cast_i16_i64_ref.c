#include "tinyc/cast.h"

/* Computes:  y = x; where it does not fit, its low bits.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_CAST(tc_cast_i16_i64_ref, int16_t, int64_t, (int64_t)v)

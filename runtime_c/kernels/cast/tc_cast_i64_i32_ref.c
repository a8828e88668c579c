#include "tinyc/cast.h"

/* Computes:  y = x; where it does not fit, its low bits.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_CAST(tc_cast_i64_i32_ref, int64_t, int32_t, (int32_t)v)

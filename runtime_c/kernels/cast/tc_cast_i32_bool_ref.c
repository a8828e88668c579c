#include "tinyc/cast.h"

/* Computes:  y = 1 where x is not 0, 0 elsewhere.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_CAST(tc_cast_i32_bool_ref, int32_t, uint8_t, (v != 0) ? 1u : 0u)

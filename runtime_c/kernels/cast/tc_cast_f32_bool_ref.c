#include "tinyc/cast.h"

/* Computes:  y = 1 where x is not 0, 0 elsewhere.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_CAST(tc_cast_f32_bool_ref, float, uint8_t, (v != 0.0f) ? 1u : 0u)

#include "tinyc/cast.h"

/* Computes:  y = x.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: nearest float32.
 */
TC_CAST(tc_cast_i64_f32_ref, int64_t, float, (float)v)

#include "tinyc/cast.h"

/* Computes:  y = x.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: nearest float32.
 */
TC_CAST(tc_cast_i32_f32_ref, int32_t, float, (float)v)

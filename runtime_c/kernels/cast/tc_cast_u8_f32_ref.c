#include "tinyc/cast.h"

/* Computes:  y = x.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: nearest float32.
 */
TC_CAST(tc_cast_u8_f32_ref, uint8_t, float, (float)v)

#include "tinyc/binary.h"

/* Computes:  y = a + b; what does not fit wraps.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_add_i32_ref, tc_binary, int32_t, int32_t, (int32_t)((uint32_t)l + (uint32_t)r))

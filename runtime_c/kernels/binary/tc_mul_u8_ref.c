#include "tinyc/binary.h"

/* Computes:  y = a * b; what does not fit wraps.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_mul_u8_ref, tc_binary, uint8_t, uint8_t, (uint8_t)((uint32_t)l * (uint32_t)r))

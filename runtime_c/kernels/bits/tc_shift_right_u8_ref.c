#include "tinyc/bits.h"

/* Computes:  y = a moved down by b bits; 0 where b is 8 or more.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_shift_right_u8_ref, tc_binary, uint8_t, uint8_t, (uint8_t)((r < 8u) ? ((uint32_t)l >> r) : 0u))

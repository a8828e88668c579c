#include "tinyc/bits.h"

/* Computes:  y = a moved down by b bits with copies of its sign; those alone where b is outside 0..31.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_shift_right_i32_ref, tc_binary, int32_t, int32_t, (int32_t)(l >> (((r >= 0) && (r < 32)) ? r : 31)))

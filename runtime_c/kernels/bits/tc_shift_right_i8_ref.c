#include "tinyc/bits.h"

/* Computes:  y = a moved down by b bits with copies of its sign; those alone where b is outside 0..7.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_shift_right_i8_ref, tc_binary, int8_t, int8_t, (int8_t)(l >> (((r >= 0) && (r < 8)) ? r : 7)))

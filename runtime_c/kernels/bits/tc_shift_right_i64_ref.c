#include "tinyc/bits.h"

/* Computes:  y = a moved down by b bits with copies of its sign; those alone where b is outside 0..63.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_shift_right_i64_ref, tc_binary, int64_t, int64_t, (int64_t)(l >> (((r >= 0) && (r < 64)) ? r : 63)))

#include "tinyc/bits.h"

/* Computes:  y = a moved up by b bits; 0 where b, read without sign, is 32 or more.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BITS(tc_shift_left_x32_ref, tc_x32, (tc_x32)((r < 32u) ? (l << r) : 0u))

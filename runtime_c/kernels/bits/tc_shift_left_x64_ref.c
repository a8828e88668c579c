#include "tinyc/bits.h"

/* Computes:  y = a moved up by b bits; 0 where b, read without sign, is 64 or more.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BITS(tc_shift_left_x64_ref, tc_x64, (tc_x64)((r < 64u) ? (l << r) : 0u))

#include "tinyc/bits.h"

/* Computes:  y = a moved up by b bits; 0 where b, read without sign, is 8 or more.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BITS(tc_shift_left_x8_ref, tc_x8, (tc_x8)((r < 8u) ? ((uint32_t)l << r) : 0u))

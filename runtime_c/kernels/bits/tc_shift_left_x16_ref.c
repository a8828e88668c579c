#include "tinyc/bits.h"

/* Computes:  y = a moved up by b bits; 0 where b, read without sign, is 16 or more.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BITS(tc_shift_left_x16_ref, tc_x16, (tc_x16)((r < 16u) ? ((uint32_t)l << r) : 0u))

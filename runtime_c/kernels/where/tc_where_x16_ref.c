#include "tinyc/where.h"

/* Computes:  y = a where the condition is not 0, b elsewhere; elements of 16 bits.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_WHERE(tc_where_x16_ref, tc_x16)

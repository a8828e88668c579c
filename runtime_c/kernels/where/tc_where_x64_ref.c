#include "tinyc/where.h"

/* Computes:  y = a where the condition is not 0, b elsewhere; elements of 64 bits.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_WHERE(tc_where_x64_ref, tc_x64)

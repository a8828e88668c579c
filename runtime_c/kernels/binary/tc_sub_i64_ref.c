#include "tinyc/binary.h"

/* Computes:  y = a - b; what does not fit wraps.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_sub_i64_ref, tc_binary, int64_t, int64_t, (int64_t)((uint64_t)l - (uint64_t)r))

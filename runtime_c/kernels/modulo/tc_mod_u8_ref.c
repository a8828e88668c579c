#include "tinyc/modulo.h"

/* Computes:  y = a - floor(a / b) b; 0 where b is 0.
 * Needs:     nothing.
 * Scratch:   none; y may be an operand of its shape.
 * Exactness: exact.
 */
TC_BINARY(tc_mod_u8_ref, tc_binary, uint8_t, uint8_t, (uint8_t)((r == 0u) ? 0 : (l % r)))

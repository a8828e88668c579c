#include "tinyc/move.h"

/* Computes:  y, in order, from elements of 16 bits at x[offset + sum of index * stride].
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact; no element is changed.
 */
#define TC_FUNCTION tc_move_x16_ref
#define TC_ELEMENT tc_x16
#include "tinyc/move_body.h"

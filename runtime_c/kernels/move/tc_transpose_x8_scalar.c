#include "tinyc/transpose.h"

/* Computes:  as tc_move_x8_ref where y is the transpose of a matrix, in y's memory, in which x may lie as well.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact; no element is changed.
 * Measured:  Cortex-M4, tinyc profile, model cycles per element: 3x9216 10.0, 16x64 12.6; tc_move_x8_scalar 4.3, in other memory.
 */
#define TC_FUNCTION tc_transpose_x8_scalar
#define TC_ELEMENT tc_x8
#include "tinyc/transpose_body.h"

#include "tinyc/pad.h"

/* Computes:  y = x, elements of 64 bits, surrounded by the value, its mirror image, its edge or itself.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact; no element is changed.
 */
#define TC_FUNCTION tc_pad_x64_ref
#define TC_ELEMENT tc_x64
#include "tinyc/pad_body.h"

#include <string.h>

#include "tinyc/gather.h"

/* Computes:  y[outer][i] = x[outer][indices[i]], a block of bytes each.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
#define TC_FUNCTION tc_gather_i32_ref
#define TC_INDEX int32_t
#include "tinyc/gather_body.h"

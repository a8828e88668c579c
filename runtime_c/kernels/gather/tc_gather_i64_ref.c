#include <string.h>

#include "tinyc/gather.h"

/* Computes:  y[outer][i] = x[outer][indices[i]], a block of bytes each.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
#define TC_FUNCTION tc_gather_i64_ref
#define TC_INDEX int64_t
#include "tinyc/gather_body.h"

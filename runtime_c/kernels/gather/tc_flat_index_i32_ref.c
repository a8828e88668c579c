#include "tinyc/flat_index.h"

/* Computes:  y = the place in a flat array that each tuple of indices names.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_FLAT_INDEX(tc_flat_index_i32_ref, int32_t)

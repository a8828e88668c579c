#include "tinyc/scatter.h"

/* Computes:  y = x, then y[indices[i]] = sum, product, minimum or maximum of itself and updates[i], in order.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact; sums and products that do not fit wrap.
 */
TC_SCATTER(tc_scatter_i32_ref, int32_t, uint32_t)

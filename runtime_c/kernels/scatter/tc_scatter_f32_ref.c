#include "tinyc/scatter.h"

/* Computes:  y = x, then y[indices[i]] = sum, product, minimum or maximum of itself and updates[i], in order.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: float32, in order of the indices.
 */
TC_SCATTER(tc_scatter_f32_ref, float, float)

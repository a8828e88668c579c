#include "tinyc/dynamic.h"
#include "tinyc/dynamic_dense.h"
#include "tinyc/packed.h"

/* Computes:  y[r][m] = clamp(bias[m] + scale_x[r] * sum over groups of scale[m][group] * sum over k in it of q[r][k] *
 *            weights[m][k]), q and scale_x the int8 of row r of x and its scale (dynamic.h); weights of 2 bits.
 * Needs:     nothing.
 * Scratch:   in_features bytes: a row as int8.
 * Exactness: the definition; numpy's meaning bit for bit: integer sums are exact, float32 steps have one rounding each.
 */
#define TC_FUNCTION tc_dynamic_dense_f32w2_ref
#define TC_WEIGHT_AT(weights, index) tc_packed2(weights, index)
#include "tinyc/dynamic_dense_body.h"

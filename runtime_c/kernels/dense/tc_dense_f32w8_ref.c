#include "tinyc/dense.h"

/* Computes:  y[r][m] = clamp(bias[m] + sum over groups of scale[m][group] * sum over k in it of x[r][k] *
 *            weights[m][k]), weights of 8 bits.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32, one product and one sum per step, in the order of the weights.
 */
#define TC_FUNCTION tc_dense_f32w8_ref
#define TC_PARAMS tc_dense_f32q
#define TC_WEIGHT uint8_t
#define TC_WEIGHT_AT(weights, index) ((int8_t)(weights)[index])
#include "tinyc/dense_f32q_body.h"

#include "tinyc/dense.h"
#include "tinyc/requant.h"

/* Computes:  y[r][m] = requantize(bias[m] + sum over k of (x[r][k] - in_zero_point) * weights[m][k]).
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: the definition; numpy's meaning bit for bit. Sums have 64 bits.
 */
#define TC_FUNCTION tc_dense_s16_ref
#define TC_PARAMS tc_dense_s8
#define TC_ACTIVATION int16_t
#define TC_SUM int64_t
#define TC_REQUANTIZE tc_requantize_wide
#define TC_WEIGHT int8_t
#define TC_WEIGHT_AT(weights, index) ((weights)[index])
#include "tinyc/dense_s8_body.h"

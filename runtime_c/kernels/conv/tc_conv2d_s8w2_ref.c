#include "tinyc/conv.h"
#include "tinyc/conv_window.h"
#include "tinyc/packed.h"
#include "tinyc/requant.h"

/* Computes:  y[n][oy][ox][m] = requantize(bias[m] + sum over taps and channels of (x - in_zero_point) * weights[m]).
 *            Weights of 2 bits are unpacked one by one.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: the definition; numpy's meaning bit for bit.
 */
#define TC_FUNCTION tc_conv2d_s8w2_ref
#define TC_PARAMS tc_conv2d_s8p
#define TC_ACTIVATION int8_t
#define TC_SUM int32_t
#define TC_REQUANTIZE tc_requantize
#define TC_WEIGHT uint8_t
#define TC_WEIGHT_AT(weights, index) tc_packed2(weights, index)
#include "tinyc/conv2d_s8_body.h"

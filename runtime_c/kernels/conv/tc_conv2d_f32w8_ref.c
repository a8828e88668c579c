#include "tinyc/conv.h"
#include "tinyc/conv_window.h"

/* Computes:  y[n][oy][ox][m] = clamp(bias[m] + sum over shares of scale[m][share] * sum over taps and the channels in
 *            it of x * weights[m]), weights of 8 bits.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32, one product and one sum per step, in the order of the weights.
 */
#define TC_FUNCTION tc_conv2d_f32w8_ref
#define TC_PARAMS tc_conv2d_f32q
#define TC_WEIGHT uint8_t
#define TC_WEIGHT_AT(weights, index) ((int8_t)(weights)[index])
#include "tinyc/conv2d_f32q_body.h"

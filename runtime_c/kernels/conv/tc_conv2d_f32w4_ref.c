#include "tinyc/conv.h"
#include "tinyc/conv_window.h"
#include "tinyc/packed.h"

/* Computes:  y[n][oy][ox][m] = clamp(bias[m] + scale[m] * sum over taps and channels of x * weights[m]), weights of 4 bits.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32, one product and one sum per step, in the order of the weights.
 */
#define TC_FUNCTION tc_conv2d_f32w4_ref
#define TC_WEIGHT_AT(weights, index) tc_packed4(weights, index)
#include "tinyc/conv2d_f32q_body.h"

#include "tinyc/conv_window.h"
#include "tinyc/dynamic.h"
#include "tinyc/dynamic_conv2d.h"
#include "tinyc/packed.h"

/* Computes:  y[n][oy][ox][m] = clamp(bias[m] + scale_x[n] * sum over shares of scale[m][share] * sum over taps and the
 *            channels in it of q * weights[m]), q and scale_x the int8 of image n of x and its scale (dynamic.h);
 *            weights of 2 bits.
 * Needs:     nothing.
 * Scratch:   an image as int8.
 * Exactness: the definition; numpy's meaning bit for bit: integer sums are exact, float32 steps have one rounding each.
 */
#define TC_FUNCTION tc_dynamic_conv2d_f32w2_ref
#define TC_WEIGHT_AT(weights, index) tc_packed2(weights, index)
#include "tinyc/dynamic_conv2d_body.h"

#include <string.h>

#include "tinyc/dynamic.h"
#include "tinyc/dynamic_recurrent.h"
#include "tinyc/fixed_math.h"
#include "tinyc/packed.h"

/* Computes:  as tc_lstm_f32_packed_ref, on the int8 of x and h, each with its scale (dynamic.h), and weights of 4 bits;
 *            sigmoid and tanh by fixed_math.h.
 * Needs:     nothing.
 * Scratch:   6 * hidden floats: a state, a cell, the gates i, o, f, c; then a vector as int8.
 * Exactness: the definition; numpy's meaning bit for bit: integer sums are exact, float32 steps have one rounding each.
 */
#define TC_FUNCTION tc_dynamic_lstm_f32w4_ref
#define TC_RECURRENT tc_dynamic_recurrent
#define TC_WEIGHT_AT(weights, index) tc_packed4(weights, index)
#include "tinyc/dynamic_matrix_body.h"
#include "tinyc/dynamic_lstm_body.h"

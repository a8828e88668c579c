#include <string.h>

#include "tinyc/dynamic_columns.h"
#include "tinyc/dynamic_recurrent.h"
#include "tinyc/fixed_math.h"
#include "tinyc/tpack_sums_4x1.h"

/* Computes:  as tc_dynamic_gru_f32w8_ref.
 * Needs:     DSP.
 * Scratch:   5 * hidden floats as tc_dynamic_gru_f32w8_ref; then a vector as int16, filled to four, and 3 * hidden
 *            sums.
 * Exactness: equal to tc_dynamic_gru_f32w8_ref while the sums of odd rows stay below 2^23.
 * Measured:  Cortex-M4, tinyc profile, 32 states, 12 inputs: 4.32 instructions and 5.66 model cycles per MAC,
 *            quantising and activations included; tc_dynamic_gru_f32w8_ref 9.58 and 13.77, tc_gru_f32_packed_ref 6.66
 *            and 9.36.
 */
#define TC_FUNCTION tc_dynamic_gru_f32w8_dsp
#define TC_RECURRENT tc_dynamic_recurrent_tpack
#include "tinyc/dynamic_matrix_tpack_body.h"
#include "tinyc/dynamic_gru_body.h"

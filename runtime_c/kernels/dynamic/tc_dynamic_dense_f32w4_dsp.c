#include "tinyc/dynamic.h"
#include "tinyc/dynamic_dense.h"
#include "tinyc/offset_dot.h"

/* Computes:  as tc_dynamic_dense_f32w4_ref.
 * Needs:     DSP.
 * Scratch:   16 * ceil(group / 8) bytes: a group of a row as int16.
 * Exactness: equal to tc_dynamic_dense_f32w4_ref: sums with the offset stay below 2^31.
 * Measured:  Cortex-M4, tinyc profile, 1 row of 640 to 128: 1.75 instructions and 2.07 model cycles per MAC, quantising
 *            the row included; in groups of 32 inputs 2.33 and 2.72. The same in C with intrinsics: 2.45 and 3.09.
 */
#define TC_FUNCTION tc_dynamic_dense_f32w4_dsp
#define TC_LANES 8
#define TC_OFFSET 8
#define TC_DOT tc_offset_dot_w4
#include "tinyc/dynamic_dense_bits_body.h"

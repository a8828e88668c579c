#include "tinyc/dense_qpack.h"
#include "tinyc/qpack2_4x1.h"

/* Computes:  as tc_dense_s8w2_ref, one row at a time; weights of 2 bits are unpacked in registers.
 * Needs:     DSP.
 * Scratch:   8 * ceil(in_features / 4) bytes: one row as int16.
 * Exactness: equal to tc_dense_s8w2_ref while the shifted sums of qpack.h fit int32.
 * Measured:  Cortex-M4, benchmarks.kernels, one row of 640 to 64: 1.36 model cycles per MAC.
 */
#define TC_FUNCTION tc_dense_s8w2_dsp
#define TC_ONE_PIXEL tc_qpack2_one_pixel
#include "tinyc/dense_qpack_body.h"

#include "tinyc/dense_qpack.h"
#include "tinyc/qpack4_4x2.h"

/* Computes:  as tc_dense_s8w4_ref, two rows at a time; weights of 4 bits are unpacked in registers.
 * Needs:     DSP.
 * Scratch:   4 * tile_rows * (1 + 2 * ceil(in_features / 4)) bytes: sums and a tile of rows as int16; then two rows of
 *            outputs.
 * Exactness: equal to tc_dense_s8w4_ref while the shifted sums of qpack.h fit int32.
 * Measured:  Cortex-M4, benchmarks.kernels, 16 rows to 64 features, model cycles per MAC: 1.13 from 64 features, 1.05
 *            from 144; two rows at a time, each channel with its own shift: 1.19, 1.08.
 */
#define TC_FUNCTION tc_dense_rows_s8w4_dsp
#define TC_LAYER tc_qpack4_layer
#define TC_SUM TC_QPACK4_SUM
#include "tinyc/dense_rows_qpack_body.h"

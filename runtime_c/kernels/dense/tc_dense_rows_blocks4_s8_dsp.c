#include "tinyc/tpack_order.h"
#include "tinyc/dense_dsp.h"
#include "tinyc/tpack_blocks4_4x2.h"

/* Computes:  as tc_dense_s8_ref; two rows at a time. Products of blocks of four channels x four inputs that are all
 *            zero are left out.
 * Needs:     DSP.
 * Scratch:   8 * tile_rows * ceil(in_features / 4) bytes: a tile of rows as int16; then 8 * ceil(out_features / 4).
 * Exactness: equal to tc_dense_s8_ref while the sums of odd channels stay below 2^23.
 * Measured:  Cortex-M4, tinyc profile, 125 rows of 64 to 64, model cycles per MAC of all weights, of which 0.54,
 *            0.30, 0.13 are not zero: 0.75, 0.50, 0.34; tc_dense_rows_s8_dsp: 1.11.
 */
#define TC_FUNCTION tc_dense_rows_blocks4_s8_dsp
#define TC_PIXELS tc_blocks4_pixels
#define TC_PUT_COLUMNS tc_tpack_put2
#include "tinyc/dense_rows_blocks_body.h"

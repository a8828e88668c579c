#include "tinyc/requant_dsp.h"
#include "tinyc/tpack_coded.h"

/* Computes:  as tc_dense_s8_ref, from coded weights: a tile of channels is decoded and given to tc_dense_rows_s8_dsp.
 * Needs:     DSP.
 * Scratch:   that of tc_dense_rows_s8_dsp; 16 * ceil(in_features / 4) + 64 bytes for each quad of a tile; the codec's
 *            table.
 * Exactness: equal to tc_dense_s8_ref while the sums of odd channels stay below 2^23.
 */
TC_KERNEL void tc_dense_rows_s8_coded_dsp(const tc_dense_s8_coded_tpack *p, const int8_t *x, int8_t *y, void *scratch)
{
    tc_tpack_stream stream = tc_tpack_open(&p->coded, scratch);
    tc_dense_s8_tpack tile = p->tile;
    tile.weights = stream.weights;
    tile.constants = stream.constants;
    while (stream.channels > 0) {
        tile.out_features = tc_tpack_decode_tile(&stream);
        p->run(&tile, x, &y[stream.channels], scratch);
    }
    tc_narrow_s8(y, tile.rows * tile.out_step, p->coded.low, p->coded.high);
}

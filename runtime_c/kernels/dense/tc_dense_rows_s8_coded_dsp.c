#include "tinyc/requant_dsp.h"
#include "tinyc/tpack_coded.h"

/* Computes:  as tc_dense_s8_ref, from coded weights: a tile of channels is decoded and given to tc_dense_rows_s8_dsp, for
 *            all rows, or for a strip of them at a time.
 * Needs:     DSP.
 * Scratch:   that of tc_dense_rows_s8_dsp; a strip of inputs if that is not all; 16 * ceil(in_features / 4) + 64 bytes
 *            for each quad of a tile; the codec's table.
 * Exactness: equal to tc_dense_s8_ref while the sums of odd channels stay below 2^23.
 * Measured:  Cortex-M4, tinyc profile, Huffman code, model cycles per MAC, and tc_dense_rows_s8_dsp: 2304 rows of 8 to 16
 *            2.27 (2.24), 144 rows of 64 to 60 1.37 (1.10), 36 rows of 60 to 106 1.80 (1.17); 125 rows of 64 to 64 in
 *            strips of 26 rows, tiles of 8 channels 2.31 (1.11).
 */
TC_KERNEL void tc_dense_rows_s8_coded_dsp(const tc_dense_s8_coded_tpack *p, const int8_t *x, int8_t *y, void *scratch)
{
    tc_tpack_stream stream = tc_tpack_open(&p->coded, scratch);
    tc_dense_s8_tpack tile = p->tile;
    const int32_t copied = p->strip_rows * tile.in_features;
    int8_t *const strip = (int8_t *)scratch + p->coded.scratch_bytes - ((copied + 3) & ~3);
    tile.weights = stream.weights;
    tile.constants = stream.constants;
    for (int32_t row = 0; row < p->tile.rows; row += p->strip_rows) {
        const int8_t *from = &x[row * tile.in_features];
        tile.rows = tc_min_i32(p->strip_rows, p->tile.rows - row);
        if (p->strip_rows < p->tile.rows) {
            (void)memcpy(strip, from, (size_t)(tile.rows * tile.in_features));
            from = strip;
        }
        tc_tpack_rewind(&stream);
        while (stream.channels > 0) {
            tile.out_features = tc_tpack_decode_tile(&stream);
            p->run(&tile, from, &y[(row * tile.out_step) + stream.channels], scratch);
        }
    }
    tc_narrow_s8(y, p->tile.rows * tile.out_step, p->coded.low, p->coded.high);
}

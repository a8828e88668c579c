#include "tinyc/requant_dsp.h"
#include "tinyc/tpack_coded.h"

/* Computes:  as tc_conv2d_s8_ref for one group, from coded weights: a tile of channels is decoded and given to
 *            tc_conv2d_s8_dsp.
 * Needs:     DSP.
 * Scratch:   that of tc_conv2d_s8_dsp; 16 * ceil(inputs / 4) + 64 bytes for each quad of a tile, inputs =
 *            kernel_height * kernel_width * in_channels; the codec's table.
 * Exactness: equal to tc_conv2d_s8_ref while the sums of odd channels stay below 2^23.
 * Measured:  Cortex-M4, tinyc profile, Huffman code, model cycles per MAC, and tc_conv2d_s8_dsp: 3x3, 16 to 16 channels at
 *            32x32 1.21 (1.10), 16 to 32 at 16x16 1.16 (1.10), 64 to 64 at 8x8 in nine tiles 1.42 (1.00).
 */
TC_KERNEL void tc_conv2d_s8_coded_dsp(const tc_conv2d_s8_coded_tpack *p, const int8_t *x, int8_t *y, void *scratch)
{
    tc_tpack_stream stream = tc_tpack_open(&p->coded, scratch);
    tc_conv2d_s8_tpack tile = p->tile;
    tile.weights = stream.weights;
    tile.constants = stream.constants;
    while (stream.channels > 0) {
        tile.out_channels = tc_tpack_decode_tile(&stream);
        p->run(&tile, x, &y[stream.channels], scratch);
    }
    tc_narrow_s8(y, tile.batch * tile.out_bytes, p->coded.low, p->coded.high);
}

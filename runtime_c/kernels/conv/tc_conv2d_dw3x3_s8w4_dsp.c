#include "tinyc/depthwise_3x3.h"
#include "tinyc/depthwise_dsp.h"
#include "tinyc/packed_taps.h"
#include "tinyc/planes.h"

/* Computes:  as tc_conv2d_s8w4_ref for depthwise 3x3 of stride 1 or 2 with two rows of outputs or more; a channel's
 *            weights are unpacked once for each band of rows.
 * Needs:     DSP, FPU registers.
 * Scratch:   tc_dw3x3_words() words: four channels of a band of rows as int16 planes.
 * Exactness: equal to tc_conv2d_s8w4_ref while scaled sums stay below 2^31.
 * Measured:  Cortex-M4, tinyc profile, 64 channels at 25x5: 27 model cycles per output (8 bits: 26).
 */
#define TC_FUNCTION tc_conv2d_dw3x3_s8w4_dsp
#define TC_CHANNEL_WEIGHTS(weights, channel, words) tc_packed4_taps(weights, channel, words)
#include "tinyc/depthwise_3x3_body.h"

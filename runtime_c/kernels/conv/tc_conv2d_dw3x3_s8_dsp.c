#include "tinyc/depthwise_3x3.h"
#include "tinyc/depthwise_dsp.h"
#include "tinyc/planes.h"

/* Computes:  as tc_conv2d_s8_ref for depthwise 3x3 of stride 1 or 2 with two rows of outputs or more.
 * Needs:     DSP, FPU registers.
 * Scratch:   tc_dw3x3_words() words: four channels of a band of rows as int16 planes.
 * Exactness: equal to tc_conv2d_s8_ref while scaled sums stay below 2^31.
 * Measured:  Cortex-M4, tinyc profile, model cycles per output: 8 channels at 48x48 17.5, 64 at 12x12 19.4, 64 at 25x5
 *            20.2, 106 at 6x6 25.8; stride 2: 16 channels from 48x48 29.3. Straight from channels-last data: 61.0, 51.1,
 *            52.9, 53.7; 54.1.
 */
#define TC_FUNCTION tc_conv2d_dw3x3_s8_dsp
#define TC_CHANNEL_WEIGHTS(weights, channel, words) ((void)(words), &(weights)[3 * (channel)])
#include "tinyc/depthwise_3x3_body.h"

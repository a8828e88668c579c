/* Fully connected layers and 1x1 convolutions over activations of -8 to 7 on cores with SMLAL: parameters. */
#ifndef TINYC_DENSE_LANES_H
#define TINYC_DENSE_LANES_H

#include "tinyc/kernel.h"

/* Layout: nibble_lanes.h. Where a channel has no constants of that form, general ones take their place: of each
 * channel, filled up to four: 16 times the bias, multiplier, offset, shift of requant_dsp.h for 16 times the sum. */
typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    int32_t block; /* inputs of one sum of lanes, a multiple of 16 */
    const uint32_t *weights;
    const int32_t *constants;
    const int32_t *general; /* or NULL */
    int32_t low;            /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_dense_s4_lanes;

void tc_dense_s4w4_dsp(const tc_dense_s4_lanes *p, const int8_t *restrict x, int8_t *restrict y, void *scratch);

#endif

/* Blocks added up to an image: x [batch][in_channels][blocks], y [batch][out_channels][image]. */
#ifndef TINYC_COL2IM_H
#define TINYC_COL2IM_H

#include "tinyc/conv_nd.h"

/* in_length counts blocks along each axis, in_channels is out_channels times the taps of a block. */
void tc_col2im_f32_ref(const tc_conv_nd_shape *p, const float *restrict x, float *restrict y);

#endif

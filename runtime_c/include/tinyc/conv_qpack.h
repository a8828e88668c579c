/* Convolution with packed weights on cores with SMLAD: parameters and functions. Tensors lie channels-last. */
#ifndef TINYC_CONV_QPACK_H
#define TINYC_CONV_QPACK_H

#include "tinyc/conv.h"

/* Layout: qpack.h; inputs are [kernel_height][kernel_width][in_channels]. */
typedef struct {
    tc_conv2d_shape shape; /* groups is 1 */
    const int32_t *weights;
    int32_t in_zero_point; /* what padding holds */
    int32_t low;           /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_conv2d_s8_qpack;

void tc_conv2d_s8w4_dsp(const tc_conv2d_s8_qpack *p, const int8_t *restrict x, int8_t *restrict y, void *scratch);
void tc_conv2d_s8w2_dsp(const tc_conv2d_s8_qpack *p, const int8_t *restrict x, int8_t *restrict y, void *scratch);

#endif

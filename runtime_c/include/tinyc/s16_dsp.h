/* Layers on int16 activations on cores with SMLAD: parameters and functions. Tensors lie channels-last; zero points are
 * 0. Layouts: s16pack.h.
 */
#ifndef TINYC_S16_DSP_H
#define TINYC_S16_DSP_H

#include "tinyc/conv.h"
#include "tinyc/s16pack.h"

typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    const int32_t *weights;
    const int32_t *constants;
    tc_s16_bounds bounds;
} tc_dense_s16_pack;

/* Inputs are [kernel_height][kernel_width][in_channels]. */
typedef struct {
    tc_conv2d_shape shape; /* groups is 1 */
    const int32_t *weights;
    const int32_t *constants;
    tc_s16_bounds bounds;
} tc_conv2d_s16_pack;

/* Depthwise. Groups of four channels; the last group ends at the last channel and may repeat some of the one before.
 * weights: [groups of four][taps], bytes c0 c2 c1 c3; constants: as in s16pack.h. */
typedef struct {
    tc_conv2d_shape shape; /* in_channels, out_channels and groups are equal, at least four */
    const int32_t *weights;
    const int32_t *constants;
    tc_s16_bounds bounds;
} tc_conv2d_s16_dw;

void tc_dense_s16_dsp(const tc_dense_s16_pack *p, const int16_t *restrict x, int16_t *restrict y, void *scratch);
void tc_dense_rows_s16_dsp(const tc_dense_s16_pack *p, const int16_t *restrict x, int16_t *restrict y, void *scratch);
void tc_conv2d_s16_dsp(const tc_conv2d_s16_pack *p, const int16_t *restrict x, int16_t *restrict y, void *scratch);
void tc_conv2d_dw_s16_dsp(const tc_conv2d_s16_dw *p, const int16_t *restrict x, int16_t *restrict y);

#endif

/* Fully connected layers and 1x1 convolutions on cores with SMLAD: parameters and functions. */
#ifndef TINYC_DENSE_DSP_H
#define TINYC_DENSE_DSP_H

#include "tinyc/kernel.h"

/* Layouts: tpack.h. The input's zero point is part of the constants. */
typedef struct {
    int32_t rows; /* vectors to multiply */
    int32_t in_features;
    int32_t out_features;
    int32_t tile_rows; /* rows that are expanded together: even, or 1 */
    int32_t backwards; /* of several tiles: whether the last comes first */
    int32_t out_step;  /* from the outputs of a row to those of the next: out_features, or more */
    const int32_t *weights;
    const int32_t *constants;
    int32_t shared_shift; /* whether all channels have the same shift: tpack_4x2.h */
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_dense_s8_tpack;

void tc_dense_s8_dsp(const tc_dense_s8_tpack *restrict p, const int8_t *x, int8_t *y, void *scratch);
void tc_dense_s8_bytes_dsp(const tc_dense_s8_tpack *restrict p, const int8_t *x, int8_t *y);
void tc_dense_rows_s8_dsp(const tc_dense_s8_tpack *restrict p, const int8_t *x, int8_t *y, void *scratch);

/* `weights` is a stream of blocks (tpack_blocks.h). */
void tc_dense_blocks2_s8_dsp(const tc_dense_s8_tpack *restrict p, const int8_t *x, int8_t *y, void *scratch);
void tc_dense_blocks4_s8_dsp(const tc_dense_s8_tpack *restrict p, const int8_t *x, int8_t *y, void *scratch);
void tc_dense_rows_blocks2_s8_dsp(const tc_dense_s8_tpack *restrict p, const int8_t *x, int8_t *y, void *scratch);
void tc_dense_rows_blocks4_s8_dsp(const tc_dense_s8_tpack *restrict p, const int8_t *x, int8_t *y, void *scratch);

#endif

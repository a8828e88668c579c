/* Sums with coded weights on cores with SMLAD: parameters and functions. */
#ifndef TINYC_CODED_DSP_H
#define TINYC_CODED_DSP_H

#include "tinyc/coded.h"
#include "tinyc/conv_dsp.h"
#include "tinyc/dense_dsp.h"

/* Weights and constants as tpack_coded.h reads them. */
typedef struct {
    tc_coded weights;
    int32_t inputs;
    int32_t channels;
    int32_t quads;         /* of channels that are decoded together: a tile */
    int32_t scratch_bytes; /* before the tile: of the kernel that it is given to, and of a copied strip */
    int32_t shared_shift;  /* whether constants are made for one shift: tpack_4x2.h */
    int32_t in_zero_point;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_coded_tpack;

/* `tile`: the parameters of tc_dense_rows_s8_dsp or tc_conv2d_s8_dsp for one tile, but for its channels, weights and
 * constants; its bounds are those of int8. `run`: that function. */
typedef struct {
    tc_dense_s8_tpack tile;
    void (*run)(const tc_dense_s8_tpack *restrict p, const int8_t *x, int8_t *y, void *scratch);
    int32_t strip_rows; /* that one decoding serves; if less than all, they are copied, so that y may lie over x */
    tc_coded_tpack coded;
} tc_dense_s8_coded_tpack;

typedef struct {
    tc_conv2d_s8_tpack tile;
    void (*run)(const tc_conv2d_s8_tpack *restrict p, const int8_t *x, int8_t *y, void *scratch);
    tc_coded_tpack coded;
} tc_conv2d_s8_coded_tpack;

/* Single rows. Blocks, the first quad first: constants of up to four channels, then their weights [inputs][channels]. */
typedef struct {
    int32_t rows;
    int32_t in_features;
    int32_t out_features;
    int32_t at_once; /* inputs of a quad that are decoded together: a multiple of four */
    tc_coded weights;
    int32_t in_zero_point;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_dense_s8_coded_parts;

void tc_dense_s8_coded_dsp(const tc_dense_s8_coded_parts *p, const int8_t *x, int8_t *y, void *scratch);
void tc_dense_rows_s8_coded_dsp(const tc_dense_s8_coded_tpack *p, const int8_t *x, int8_t *y, void *scratch);
void tc_conv2d_s8_coded_dsp(const tc_conv2d_s8_coded_tpack *p, const int8_t *x, int8_t *y, void *scratch);

#endif

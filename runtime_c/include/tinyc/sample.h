/* Images read at coordinates: grid_sample, roi_align, deform_conv. */
#ifndef TINYC_SAMPLE_H
#define TINYC_SAMPLE_H

#include "tinyc/kernel.h"

#define TC_SAMPLE_AXES 3
#define TC_SAMPLE_TAPS 4

/* x [batch][channels][length 0][length 1][length 2], grid [batch][places][axes], y [batch][channels][places]. */
typedef struct {
    int32_t batch;
    int32_t channels;
    int32_t axes;
    int32_t length[TC_SAMPLE_AXES]; /* missing axes in front have length 1 */
    int32_t places;
    int32_t taps;    /* along each axis: 1 nearest, 2 linear, 4 cubic */
    int32_t outside; /* 0 zeros, 1 border, 2 reflection */
    int32_t corners; /* -1 and 1 are: 1 the middles of the outermost elements, 0 their outer edges */
} tc_grid_sample;

/* x [batch][channels][height][width], rois [count][4], y [count][channels][out_height][out_width]. */
typedef struct {
    int32_t batch;
    int32_t channels;
    int32_t height;
    int32_t width;
    int32_t count;
    int32_t out_height;
    int32_t out_width;
    int32_t samples; /* along each axis of an output; 0 as many as elements */
    float scale;
    int32_t half_pixel;
    int32_t maximum; /* 1 the greatest weighted corner, 0 the mean */
} tc_roi_align;

/* x [batch][in_channels][in_height][in_width], y [batch][out_channels][out_height][out_width]. */
typedef struct {
    int32_t batch;
    int32_t in_channels;
    int32_t in_height;
    int32_t in_width;
    int32_t out_channels;
    int32_t out_height;
    int32_t out_width;
    int32_t groups;
    int32_t offset_groups;
    int32_t kernel_height;
    int32_t kernel_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t pad_top;
    int32_t pad_left;
} tc_deform_conv;

void tc_grid_sample_f32_ref(const tc_grid_sample *p, const float *restrict x, const float *restrict grid,
                            float *restrict y);
void tc_roi_align_f32_ref(const tc_roi_align *p, const float *restrict x, const float *restrict rois,
                          const int64_t *restrict images, float *restrict y);
/* weights [out_channels][in_channels / groups][kernel]; offsets [batch][offset_groups][kernel][2][out places]; bias
 * [out_channels] or null; mask [batch][offset_groups][kernel][out places] or null.
 */
void tc_deform_conv_f32_ref(const tc_deform_conv *p, const float *restrict x, const float *restrict weights,
                            const float *restrict offsets, const float *restrict bias, const float *restrict mask,
                            float *restrict y);

#endif

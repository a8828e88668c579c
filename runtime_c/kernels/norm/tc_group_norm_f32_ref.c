#include "tinyc/norm.h"

/* Sum over a set whose first element x points at. */
static float sum_of(const tc_group_norm_f32 *p, const float *x)
{
    float total = 0.0f;
    for (int32_t channel = 0; channel < p->channels; channel++) {
        float sum = 0.0f;
        for (int32_t pixel = 0; pixel < p->pixels; pixel++) {
            sum += x[(channel * p->channel_stride) + (pixel * p->pixel_stride)];
        }
        total += sum;
    }
    return total;
}

/* Mean and reciprocal standard deviation; the mean of the distances takes away what rounding did to the first mean. */
static tc_norm_moments moments_of(const tc_group_norm_f32 *p, const float *x)
{
    const float count = (float)p->channels * (float)p->pixels;
    const float about = sum_of(p, x) / count;
    float sum = 0.0f;
    float squares = 0.0f;
    for (int32_t channel = 0; channel < p->channels; channel++) {
        for (int32_t pixel = 0; pixel < p->pixels; pixel++) {
            const float distance = x[(channel * p->channel_stride) + (pixel * p->pixel_stride)] - about;
            sum += distance;
            squares += distance * distance;
        }
    }
    return tc_norm_corrected(about, sum, squares, count, p->epsilon);
}

/* One set; `first` is the number of its first channel. */
static void standardise(const tc_group_norm_f32 *p, int32_t first, const float *x, float *y)
{
    const tc_norm_moments m = moments_of(p, x);
    for (int32_t channel = 0; channel < p->channels; channel++) {
        const float scale = m.factor * tc_norm_scale(p->scale, first + channel);
        const float bias = tc_norm_bias(p->bias, first + channel);
        for (int32_t pixel = 0; pixel < p->pixels; pixel++) {
            const int32_t place = (channel * p->channel_stride) + (pixel * p->pixel_stride);
            y[place] = (((x[place] - m.about) - m.rest) * scale) + bias;
        }
    }
}

/* Computes:  y = scale[c] * (x - mean) / sqrt(variance + epsilon) + bias[c] over each group of channels of an image.
 * Needs:     math.h.
 * Scratch:   none; y may be x.
 * Exactness: float32; mean first, then corrected by the distances from it; sums in order of pixels, then of channels.
 */
TC_KERNEL void tc_group_norm_f32_ref(const tc_group_norm_f32 *p, const float *x, float *y)
{
    const int32_t image = p->groups * p->channels * p->pixels;
    for (int32_t n = 0; n < p->batch; n++) {
        for (int32_t group = 0; group < p->groups; group++) {
            const int32_t first = group * p->channels;
            const int32_t start = (n * image) + (first * p->channel_stride);
            standardise(p, first, &x[start], &y[start]);
        }
    }
}

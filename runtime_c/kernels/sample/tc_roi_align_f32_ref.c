#include <math.h>

#include "tinyc/sample.h"

/* One region along one axis: part i is sampled at first + i * part + (j + 0.5) * part / count. */
typedef struct {
    float first;
    float part;
    int32_t count;
    int32_t length;
} region;

/* Both neighbours of a sample; weights 0 outside. */
typedef struct {
    int32_t low;
    int32_t high;
    float low_weight;
    float high_weight;
} neighbours;

static region region_of(const tc_roi_align *p, float start, float end, int32_t parts, int32_t length)
{
    const float offset = (p->half_pixel != 0) ? 0.5f : 0.0f;
    region found;
    found.first = (start * p->scale) - offset;
    const float span = ((end * p->scale) - offset) - found.first;
    found.part = (((p->half_pixel != 0) || (span > 1.0f)) ? span : 1.0f) / (float)parts;
    found.length = length;
    found.count = p->samples;
    if (found.count == 0) {
        const float wanted = ceilf(found.part);
        found.count = (wanted >= 0.0f) ? (int32_t)((wanted < (float)length) ? wanted : (float)length) : 0;
    }
    return found;
}

static neighbours sample_at(const region *r, int32_t part, int32_t sample)
{
    const float step = (((float)sample + 0.5f) * r->part) / (float)r->count;
    const float at = r->first + ((float)part * r->part) + step;
    neighbours found = {0, 0, 0.0f, 0.0f};
    if ((at >= -1.0f) && (at <= (float)r->length)) {
        const float kept = tc_clamp_f32(at, 0.0f, (float)(r->length - 1));
        found.low = (int32_t)kept;
        found.high = tc_min_i32(found.low + 1, r->length - 1);
        found.high_weight = kept - (float)found.low;
        found.low_weight = 1.0f - found.high_weight;
    }
    return found;
}

/* Mean of the samples of one part of one channel, or the greatest of their weighted corners. */
static float pooled(const tc_roi_align *p, const float *restrict x, const region *rows, const region *columns,
                    int32_t row, int32_t column)
{
    float sum = 0.0f;
    float best = -INFINITY;
    const int32_t count = rows->count * columns->count;
    for (int32_t i = 0; i < count; i++) {
        const neighbours v = sample_at(rows, row, i / columns->count);
        const neighbours h = sample_at(columns, column, i % columns->count);
        const float *low = &x[v.low * p->width];
        const float *high = &x[v.high * p->width];
        const float corners[4] = {low[h.low] * v.low_weight * h.low_weight, low[h.high] * v.low_weight * h.high_weight,
                                  high[h.low] * v.high_weight * h.low_weight,
                                  high[h.high] * v.high_weight * h.high_weight};
        for (int32_t k = 0; k < 4; k++) {
            sum += corners[k];
            best = (corners[k] > best) ? corners[k] : best;
        }
    }
    if (count == 0) {
        return 0.0f;
    }
    return (p->maximum != 0) ? best : (sum / (float)count);
}

/* Computes:  y[r][c] = bilinear samples of x[images[r]][c] in the parts of region r, averaged or their maximum.
 * Needs:     nothing; image numbers outside read the nearest image.
 * Scratch:   none.
 * Exactness: float32.
 */
TC_KERNEL void tc_roi_align_f32_ref(const tc_roi_align *p, const float *restrict x, const float *restrict rois,
                                    const int64_t *restrict images, float *restrict y)
{
    const int32_t parts = p->out_height * p->out_width;
    for (int32_t r = 0; r < p->count; r++) {
        const int64_t wanted = (images[r] < 0) ? 0 : images[r];
        const int32_t image = (wanted < p->batch) ? (int32_t)wanted : (p->batch - 1);
        const float *roi = &rois[r * 4];
        const region rows = region_of(p, roi[1], roi[3], p->out_height, p->height);
        const region columns = region_of(p, roi[0], roi[2], p->out_width, p->width);
        for (int32_t c = 0; c < p->channels; c++) {
            const float *plane = &x[((image * p->channels) + c) * p->height * p->width];
            for (int32_t i = 0; i < parts; i++) {
                *y = pooled(p, plane, &rows, &columns, i / p->out_width, i % p->out_width);
                y++;
            }
        }
    }
}

#include <math.h>

#include "tinyc/sample.h"

/* Neighbours of one coordinate along one axis; index -1 reads zero. */
typedef struct {
    int32_t index[TC_SAMPLE_TAPS];
    float weight[TC_SAMPLE_TAPS];
    int32_t count;
} neighbours;

/* In elements, kept within 2^20 of the image, so that infinity and NaN never leave int32. */
static float coordinate(const tc_grid_sample *p, float where, int32_t length)
{
    const float far_away = 1048576.0f;
    const float at = (p->corners != 0) ? ((where + 1.0f) * 0.5f * (float)(length - 1))
                                       : ((((where + 1.0f) * (float)length) - 1.0f) * 0.5f);
    const float kept = (at >= -far_away) ? ((at < far_away) ? at : far_away) : -far_away;
    return (p->taps == 1) ? rintf(kept) : kept;
}

static float mirrored(const tc_grid_sample *p, float at, int32_t length)
{
    const float low = (p->corners != 0) ? 0.0f : -0.5f;
    const float high = (p->corners != 0) ? (float)(length - 1) : ((float)length - 0.5f);
    const float span = high - low;
    if (!(span > 0.0f)) {
        return 0.0f;
    }
    if ((at >= low) && (at <= high)) {
        return at;
    }
    const int32_t below = (at < low) ? 1 : 0;
    const float over = (below != 0) ? (low - at) : (at - high);
    const int32_t turns = (int32_t)(over / span);
    const float rest = over - ((float)turns * span);
    const int32_t even = ((turns % 2) == 0) ? 1 : 0;
    return (below == even) ? (low + rest) : (high - rest);
}

/* Coordinates outside the border, which with corners is the middle of an edge element, come inside. */
static float placed(const tc_grid_sample *p, float at, int32_t length)
{
    if (p->outside == 1) {
        const float margin = (p->corners != 0) ? 0.0f : 0.5f;
        const float last = (float)(length - 1);
        return ((at < -margin) || (at > (last + margin))) ? tc_clamp_f32(at, 0.0f, last) : at;
    }
    return (p->outside == 2) ? mirrored(p, at, length) : at;
}

static int32_t index_at(const tc_grid_sample *p, float at, int32_t length)
{
    const int32_t whole = (p->outside == 1) ? tc_clamp_i32((int32_t)at, 0, length - 1)
                                            : (int32_t)placed(p, at, length);
    return ((whole >= 0) && (whole < length)) ? whole : -1;
}

static float cubic_near(float d)
{
    const float a = -0.75f;
    return ((((a + 2.0f) * d) - (a + 3.0f)) * d * d) + 1.0f;
}

static float cubic_far(float d)
{
    const float a = -0.75f;
    return ((((a * d) - (5.0f * a)) * d + (8.0f * a)) * d) - (4.0f * a);
}

static void find(const tc_grid_sample *p, float where, int32_t length, neighbours *found)
{
    const float at = placed(p, coordinate(p, where, length), length);
    const float low = (p->taps == 1) ? at : floorf(at);
    const float rest = at - low;
    found->count = p->taps;
    for (int32_t tap = 0; tap < p->taps; tap++) {
        found->index[tap] = index_at(p, low + (float)(tap - ((p->taps - 1) / 2)), length);
    }
    if (p->taps == 1) {
        found->weight[0] = 1.0f;
    } else if (p->taps == 2) {
        found->weight[0] = 1.0f - rest;
        found->weight[1] = rest;
    } else {
        found->weight[0] = cubic_far(rest + 1.0f);
        found->weight[1] = cubic_near(rest);
        found->weight[2] = cubic_near(1.0f - rest);
        found->weight[3] = cubic_far(2.0f - rest);
    }
}

/* Weighted sum of the neighbours in one channel. */
static float blend(const tc_grid_sample *p, const float *restrict x, const neighbours *axis)
{
    float sum = 0.0f;
    for (int32_t a = 0; a < axis[0].count; a++) {
        for (int32_t b = 0; b < axis[1].count; b++) {
            const float weight = axis[0].weight[a] * axis[1].weight[b];
            const int32_t row = (axis[0].index[a] * p->length[1]) + axis[1].index[b];
            const int32_t inside = (axis[0].index[a] >= 0) && (axis[1].index[b] >= 0);
            for (int32_t c = 0; (c < axis[2].count) && (inside != 0); c++) {
                if (axis[2].index[c] >= 0) {
                    sum += weight * axis[2].weight[c] * x[(row * p->length[2]) + axis[2].index[c]];
                }
            }
        }
    }
    return sum;
}

/* Computes:  y[n][c][place] = x[n][c] at grid[n][place], by the nearest, 2 or 4 neighbours along each axis.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32.
 */
TC_KERNEL void tc_grid_sample_f32_ref(const tc_grid_sample *p, const float *restrict x, const float *restrict grid,
                                      float *restrict y)
{
    const int32_t image = p->length[0] * p->length[1] * p->length[2];
    neighbours axis[TC_SAMPLE_AXES] = {{{0}, {1.0f}, 1}, {{0}, {1.0f}, 1}, {{0}, {1.0f}, 1}};
    for (int32_t n = 0; n < p->batch; n++) {
        for (int32_t place = 0; place < p->places; place++) {
            for (int32_t i = 0; i < p->axes; i++) {
                const int32_t at = TC_SAMPLE_AXES - 1 - i;
                find(p, grid[i], p->length[at], &axis[at]);
            }
            for (int32_t c = 0; c < p->channels; c++) {
                const int32_t plane = (n * p->channels) + c;
                y[(plane * p->places) + place] = blend(p, &x[plane * image], axis);
            }
            grid += p->axes;
        }
    }
}

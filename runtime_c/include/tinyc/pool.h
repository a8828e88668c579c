/* Pooling: parameters and functions. Tensors lie channels-last: [batch][depth][height][width][channels]. */
#ifndef TINYC_POOL_H
#define TINYC_POOL_H

#include "tinyc/conv_window.h"
#include "tinyc/kernel.h"

/* Depth, height, width; pooling over fewer axes has length 1 in the first ones. */
#define TC_POOL_AXES 3

typedef struct {
    int32_t batch;
    int32_t channels;
    int32_t in_length[TC_POOL_AXES];
    int32_t out_length[TC_POOL_AXES];
    int32_t kernel[TC_POOL_AXES];
    int32_t stride[TC_POOL_AXES];
    int32_t dilation[TC_POOL_AXES];
    int32_t pad[TC_POOL_AXES]; /* before the first element */
} tc_pool;

/* Elements beyond the input that count as zeros in an average. */
typedef struct {
    int32_t before[TC_POOL_AXES];
    int32_t after[TC_POOL_AXES];
} tc_pool_counted;

typedef struct {
    tc_pool shape;
    tc_pool_counted counted;
    float low; /* bounds of the fused activation */
    float high;
} tc_average_pool_f32;

typedef struct {
    tc_pool shape;
    tc_pool_counted counted;
    const int32_t *counts;     /* [factors]: numbers of taps that occur */
    const int32_t *multiplier; /* [factors]: scale_x / (scale_y * count) */
    const int8_t *shift;       /* [factors] */
    int32_t in_zero_point;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_average_pool_s8;

typedef struct {
    tc_pool shape;               /* each channel as an image of its own, with one channel */
    int32_t place[TC_POOL_AXES]; /* what a step along an axis adds to a place */
} tc_max_pool_indexed;

typedef struct {
    int32_t count;
    int32_t outputs;
} tc_max_unpool;

typedef struct {
    tc_pool shape;
    int32_t p;
} tc_lp_pool_f32;

/* The taps of one output position along each axis that lie inside the input. */
typedef struct {
    tc_window axis[TC_POOL_AXES];
} tc_pool_window;

static inline int32_t tc_pool_positions(const tc_pool *s)
{
    return s->out_length[0] * s->out_length[1] * s->out_length[2];
}

/* Elements of one image. */
static inline int32_t tc_pool_image(const tc_pool *s)
{
    return s->in_length[0] * s->in_length[1] * s->in_length[2] * s->channels;
}

/* Where output position 0..tc_pool_positions-1 lies along an axis. */
static inline int32_t tc_pool_place(const tc_pool *s, int32_t position, int32_t axis)
{
    int32_t rest = position;
    for (int32_t last = TC_POOL_AXES - 1; last > axis; last--) {
        rest /= s->out_length[last];
    }
    return rest % s->out_length[axis];
}

static inline tc_pool_window tc_pool_window_at(const tc_pool *s, int32_t position)
{
    tc_pool_window window;
    for (int32_t i = 0; i < TC_POOL_AXES; i++) {
        window.axis[i] = tc_window_at(tc_pool_place(s, position, i), s->stride[i], s->pad[i], s->dilation[i],
                                      s->kernel[i], s->in_length[i]);
    }
    return window;
}

/* Taps of an output position that count in its average, at least 1. */
static inline int32_t tc_pool_count(const tc_pool *s, const tc_pool_counted *counted, int32_t position)
{
    int32_t count = 1;
    for (int32_t i = 0; i < TC_POOL_AXES; i++) {
        const int32_t length = counted->before[i] + s->in_length[i] + counted->after[i];
        const tc_window taps = tc_window_at(tc_pool_place(s, position, i), s->stride[i],
                                            s->pad[i] - counted->before[i], s->dilation[i], s->kernel[i], length);
        count *= tc_max_i32(taps.last - taps.first, 0);
    }
    return tc_max_i32(count, 1);
}

/* Offset of the first element, in the row (z, y) of taps, of the window's column 0. */
static inline int32_t tc_pool_row(const tc_pool *s, const tc_pool_window *window, int32_t tap_z, int32_t tap_y)
{
    const int32_t z = window->axis[0].origin + (tap_z * s->dilation[0]);
    const int32_t y = window->axis[1].origin + (tap_y * s->dilation[1]);
    return (((z * s->in_length[1]) + y) * s->in_length[2] + window->axis[2].origin) * s->channels;
}

void tc_max_pool_indexed_f32_ref(const tc_max_pool_indexed *p, const float *restrict x, float *restrict y,
                                 int64_t *restrict places);
void tc_max_pool_indexed_s8_ref(const tc_max_pool_indexed *p, const int8_t *restrict x, int8_t *restrict y,
                                int64_t *restrict places);
void tc_max_pool_indexed_u8_ref(const tc_max_pool_indexed *p, const uint8_t *restrict x, uint8_t *restrict y,
                                int64_t *restrict places);
void tc_max_unpool_f32_ref(const tc_max_unpool *p, const float *restrict x, const int64_t *restrict indices,
                           float *restrict y);
void tc_lp_pool_f32_ref(const tc_lp_pool_f32 *p, const float *restrict x, float *restrict y);
void tc_max_pool_f32_ref(const tc_pool *restrict p, const float *x, float *y);
void tc_max_pool_s8_ref(const tc_pool *restrict p, const int8_t *x, int8_t *y);
void tc_max_pool_u8_ref(const tc_pool *restrict p, const uint8_t *x, uint8_t *y);
void tc_average_pool_f32_ref(const tc_average_pool_f32 *restrict p, const float *x, float *y);
void tc_average_pool_s16_ref(const tc_average_pool_s8 *restrict p, const int16_t *x, int16_t *y);
void tc_max_pool_s16_ref(const tc_pool *restrict p, const int16_t *x, int16_t *y);
void tc_average_pool_s8_ref(const tc_average_pool_s8 *restrict p, const int8_t *x, int8_t *y);

#endif

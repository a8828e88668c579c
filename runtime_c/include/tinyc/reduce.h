/* Reductions: parameters, the walk over the reduced elements, functions. */
#ifndef TINYC_REDUCE_H
#define TINYC_REDUCE_H

#include "tinyc/kernel.h"

#define TC_REDUCE_AXES 4

/* Lengths and strides in elements of x. y[i] comes from the elements at start(i) + outer + j * stride. */
typedef struct {
    int32_t outputs;
    int32_t kept_length[TC_REDUCE_AXES]; /* axes that y has, slowest first; unused ones have length 1 */
    int32_t kept_stride[TC_REDUCE_AXES];
    int32_t outer; /* runs of reduced elements per output */
    int32_t outer_length[TC_REDUCE_AXES];
    int32_t outer_stride[TC_REDUCE_AXES];
    int32_t run; /* elements of one run */
    int32_t run_stride;
} tc_reduce;

typedef struct {
    tc_reduce shape;
    float low; /* bounds of the fused activation */
    float high;
} tc_reduce_f32;

typedef struct {
    tc_reduce shape;
    int32_t multiplier; /* scale_x / scale_y, divided by the number of elements for a mean */
    int32_t shift;
    int32_t in_zero_point;
    int32_t out_zero_point;
    int32_t low; /* saturation bounds, narrowed by the fused activation */
    int32_t high;
} tc_reduce_s8;

static inline int32_t tc_reduce_offset(const int32_t *length, const int32_t *stride, int32_t index)
{
    int32_t offset = 0;
    int32_t rest = index;
    for (int32_t axis = TC_REDUCE_AXES - 1; axis >= 0; axis--) {
        offset += (rest % length[axis]) * stride[axis];
        rest /= length[axis];
    }
    return offset;
}

/* Offset in x of the first element behind output `index`. */
static inline int32_t tc_reduce_start(const tc_reduce *s, int32_t index)
{
    return tc_reduce_offset(s->kept_length, s->kept_stride, index);
}

/* Offset of run 0..outer-1 from there. */
static inline int32_t tc_reduce_run(const tc_reduce *s, int32_t run)
{
    return tc_reduce_offset(s->outer_length, s->outer_stride, run);
}

static inline float tc_reduce_elements(const tc_reduce *s)
{
    return (float)s->outer * (float)s->run;
}

/* acc after every element x behind one output: acc = step(acc, x), in order. */
static inline float tc_reduce_fold_f32(const tc_reduce *s, const float *x, float start, float (*step)(float, float))
{
    float acc = start;
    for (int32_t outer = 0; outer < s->outer; outer++) {
        const float *run = &x[tc_reduce_run(s, outer)];
        for (int32_t i = 0; i < s->run; i++) {
            acc = step(acc, run[i * s->run_stride]);
        }
    }
    return acc;
}

/* The same for int8. */
static inline int32_t tc_reduce_fold_s8(const tc_reduce *s, const int8_t *x, int32_t start,
                                        int32_t (*step)(int32_t, int32_t))
{
    int32_t acc = start;
    for (int32_t outer = 0; outer < s->outer; outer++) {
        const int8_t *run = &x[tc_reduce_run(s, outer)];
        for (int32_t i = 0; i < s->run; i++) {
            acc = step(acc, run[i * s->run_stride]);
        }
    }
    return acc;
}

/* The same for int16. */
static inline int32_t tc_reduce_fold_s16(const tc_reduce *s, const int16_t *x, int32_t start,
                                         int32_t (*step)(int32_t, int32_t))
{
    int32_t acc = start;
    for (int32_t outer = 0; outer < s->outer; outer++) {
        const int16_t *run = &x[tc_reduce_run(s, outer)];
        for (int32_t i = 0; i < s->run; i++) {
            acc = step(acc, run[i * s->run_stride]);
        }
    }
    return acc;
}

void tc_reduce_mean_f32_ref(const tc_reduce_f32 *p, const float *restrict x, float *restrict y);
void tc_reduce_sum_f32_ref(const tc_reduce_f32 *p, const float *restrict x, float *restrict y);
void tc_reduce_max_f32_ref(const tc_reduce_f32 *p, const float *restrict x, float *restrict y);
void tc_reduce_min_f32_ref(const tc_reduce_f32 *p, const float *restrict x, float *restrict y);
void tc_reduce_prod_f32_ref(const tc_reduce_f32 *p, const float *restrict x, float *restrict y);
void tc_reduce_l1_f32_ref(const tc_reduce_f32 *p, const float *restrict x, float *restrict y);
void tc_reduce_l2_f32_ref(const tc_reduce_f32 *p, const float *restrict x, float *restrict y);
void tc_reduce_sum_square_f32_ref(const tc_reduce_f32 *p, const float *restrict x, float *restrict y);
void tc_reduce_log_sum_f32_ref(const tc_reduce_f32 *p, const float *restrict x, float *restrict y);
void tc_reduce_log_sum_exp_f32_ref(const tc_reduce_f32 *p, const float *restrict x, float *restrict y);
void tc_reduce_sum_s8_ref(const tc_reduce_s8 *p, const int8_t *restrict x, int8_t *restrict y);
void tc_reduce_sum_s16_ref(const tc_reduce_s8 *p, const int16_t *restrict x, int16_t *restrict y);
void tc_reduce_max_s8_ref(const tc_reduce_s8 *p, const int8_t *restrict x, int8_t *restrict y);
void tc_reduce_max_s16_ref(const tc_reduce_s8 *p, const int16_t *restrict x, int16_t *restrict y);
void tc_reduce_min_s8_ref(const tc_reduce_s8 *p, const int8_t *restrict x, int8_t *restrict y);
void tc_reduce_min_s16_ref(const tc_reduce_s8 *p, const int16_t *restrict x, int16_t *restrict y);
void tc_reduce_sum_i32_ref(const tc_reduce *p, const int32_t *restrict x, int32_t *restrict y);
void tc_reduce_sum_i64_ref(const tc_reduce *p, const int64_t *restrict x, int64_t *restrict y);
void tc_reduce_mean_i32_ref(const tc_reduce *p, const int32_t *restrict x, int32_t *restrict y);
void tc_reduce_mean_i64_ref(const tc_reduce *p, const int64_t *restrict x, int64_t *restrict y);
void tc_reduce_prod_i32_ref(const tc_reduce *p, const int32_t *restrict x, int32_t *restrict y);
void tc_reduce_prod_i64_ref(const tc_reduce *p, const int64_t *restrict x, int64_t *restrict y);
void tc_reduce_max_i8_ref(const tc_reduce *p, const int8_t *restrict x, int8_t *restrict y);
void tc_reduce_max_u8_ref(const tc_reduce *p, const uint8_t *restrict x, uint8_t *restrict y);
void tc_reduce_max_i32_ref(const tc_reduce *p, const int32_t *restrict x, int32_t *restrict y);
void tc_reduce_max_i64_ref(const tc_reduce *p, const int64_t *restrict x, int64_t *restrict y);
void tc_reduce_min_i8_ref(const tc_reduce *p, const int8_t *restrict x, int8_t *restrict y);
void tc_reduce_min_u8_ref(const tc_reduce *p, const uint8_t *restrict x, uint8_t *restrict y);
void tc_reduce_min_i32_ref(const tc_reduce *p, const int32_t *restrict x, int32_t *restrict y);
void tc_reduce_min_i64_ref(const tc_reduce *p, const int64_t *restrict x, int64_t *restrict y);
void tc_reduce_l1_i32_ref(const tc_reduce *p, const int32_t *restrict x, int32_t *restrict y);
void tc_reduce_l1_i64_ref(const tc_reduce *p, const int64_t *restrict x, int64_t *restrict y);
void tc_reduce_sum_square_i32_ref(const tc_reduce *p, const int32_t *restrict x, int32_t *restrict y);
void tc_reduce_sum_square_i64_ref(const tc_reduce *p, const int64_t *restrict x, int64_t *restrict y);

#endif

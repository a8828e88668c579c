/* Linear attention: parameters and functions. */
#ifndef TINYC_LINEAR_ATTENTION_H
#define TINYC_LINEAR_ATTENTION_H

#include "tinyc/kernel.h"

/* q [batch][positions][heads][width], k [..][kv_heads][width], v [..][kv_heads][value_width]. */
typedef struct {
    int32_t batch;
    int32_t positions;
    int32_t heads; /* a multiple of kv_heads */
    int32_t kv_heads;
    int32_t width;
    int32_t value_width;
    int32_t decay_width; /* numbers of a head: 1 or width; 0 without decay */
    int32_t beta_width;  /* numbers of a head: 1, or 0 where one number serves all heads */
    float scale;
} tc_linear_attention_f32;

/* state, decay and beta may be NULL; after [batch][kv_heads][width][value_width]; scratch [value_width]. */
void tc_linear_attention_f32_ref(const tc_linear_attention_f32 *p, const float *restrict q, const float *restrict k,
                                 const float *restrict v, const float *restrict state, const float *restrict decay,
                                 const float *restrict beta, float *restrict y, float *restrict after,
                                 void *restrict scratch);

#endif

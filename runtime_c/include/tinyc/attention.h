/* Scaled dot-product attention: parameters and functions. */
#ifndef TINYC_ATTENTION_H
#define TINYC_ATTENTION_H

#include "tinyc/kernel.h"

#define TC_ATTENTION_AXES 3

/* What the optional output of scores holds. */
#define TC_ATTENTION_PRODUCTS 0
#define TC_ATTENTION_CAPPED 1
#define TC_ATTENTION_MASKED 2
#define TC_ATTENTION_WEIGHTS 3

/* Strides in elements: of batches, heads, positions. Query i stands at position i + past, or i + valid - queries. */
typedef struct {
    int32_t batch;
    int32_t heads;
    int32_t heads_per_key; /* query heads that share one head of keys and values */
    int32_t queries;
    int32_t keys;
    int32_t width; /* of a query and a key */
    int32_t value_width;
    int32_t q_stride[TC_ATTENTION_AXES];
    int32_t k_stride[TC_ATTENTION_AXES];
    int32_t v_stride[TC_ATTENTION_AXES];
    int32_t y_stride[TC_ATTENTION_AXES];
    int32_t mask_keys; /* keys that the mask knows; those behind take no part */
    int32_t mask_stride[TC_ATTENTION_AXES];
    int32_t past;
    int32_t behind; /* keys before and after its position that a query reads at most */
    int32_t ahead;
    float scale;
    float softcap; /* 0 for none */
    int32_t stage;
} tc_attention_f32;

/* Keys first..last-1. */
typedef struct {
    int32_t first;
    int32_t last;
} tc_attention_range;

/* Keys that the windows and the number of valid keys leave to a query. */
static inline tc_attention_range tc_attention_visible(const tc_attention_f32 *p, const int64_t *valid, int32_t batch,
                                                      int32_t query)
{
    int32_t keys = p->keys;
    int32_t position = query + p->past;
    if (valid != NULL) {
        const int64_t given = (valid[batch] < 0) ? 0 : valid[batch];
        keys = (given < keys) ? (int32_t)given : keys;
        position = query + (keys - p->queries);
    }
    tc_attention_range range;
    range.last = tc_clamp_i32(position + p->ahead + 1, 0, keys);
    range.first = tc_clamp_i32(position - p->behind, 0, range.last);
    return range;
}

/* valid: NULL where all keys are; mask: NULL for none; qk: scores of all keys, NULL if nobody wants them. */
void tc_attention_f32_ref(const tc_attention_f32 *p, const float *restrict q, const float *restrict k,
                          const float *restrict v, const float *restrict mask, const int64_t *restrict valid,
                          float *restrict y, float *restrict qk, void *restrict scratch);
void tc_attention_mask_bool_f32_ref(const tc_attention_f32 *p, const float *restrict q, const float *restrict k,
                                    const float *restrict v, const uint8_t *restrict mask,
                                    const int64_t *restrict valid, float *restrict y, float *restrict qk,
                                    void *restrict scratch);

#endif

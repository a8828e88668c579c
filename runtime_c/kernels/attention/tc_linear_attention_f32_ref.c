#include "tinyc/linear_attention.h"

#include <math.h>

/* state *= e^decay, row by row; a decay of one number serves all rows. */
static void fade(const tc_linear_attention_f32 *p, const float *restrict decay, float *restrict state)
{
    for (int32_t e = 0; e < p->width; e++) {
        const float factor = expf(decay[(p->decay_width == 1) ? 0 : e]);
        for (int32_t f = 0; f < p->value_width; f++) {
            state[(e * p->value_width) + f] *= factor;
        }
    }
}

/* result = scale * state^T vector. */
static void read_state(const tc_linear_attention_f32 *p, const float *restrict state, const float *restrict vector,
                       float scale, float *restrict result)
{
    for (int32_t f = 0; f < p->value_width; f++) {
        float sum = 0.0f;
        for (int32_t e = 0; e < p->width; e++) {
            sum += state[(e * p->value_width) + f] * vector[e];
        }
        result[f] = scale * sum;
    }
}

/* state += k value^T. */
static void write_state(const tc_linear_attention_f32 *p, const float *restrict k, const float *restrict value,
                        float *restrict state)
{
    for (int32_t e = 0; e < p->width; e++) {
        for (int32_t f = 0; f < p->value_width; f++) {
            state[(e * p->value_width) + f] += k[e] * value[f];
        }
    }
}

/* One key head at one position. beta: NULL, or the factor of the correction. */
static void step(const tc_linear_attention_f32 *p, const float *restrict k, const float *restrict v,
                 const float *restrict beta, float *restrict state, float *restrict value)
{
    if (beta == NULL) {
        write_state(p, k, v, state);
        return;
    }
    read_state(p, state, k, 1.0f, value);
    for (int32_t f = 0; f < p->value_width; f++) {
        value[f] = *beta * (v[f] - value[f]);
    }
    write_state(p, k, value, state);
}

/* Computes:  at each position state *= e^decay; w = beta (v - state^T k), or v; state += k w^T; y = scale state^T q.
 * Needs:     math.h.
 * Scratch:   one float for each element of a value.
 * Exactness: float32, sums in order.
 */
TC_KERNEL void tc_linear_attention_f32_ref(const tc_linear_attention_f32 *p, const float *restrict q,
                                           const float *restrict k, const float *restrict v,
                                           const float *restrict state, const float *restrict decay,
                                           const float *restrict beta, float *restrict y, float *restrict after,
                                           void *restrict scratch)
{
    float *value = scratch;
    const int32_t cells = p->width * p->value_width;
    const int32_t shared = p->heads / p->kv_heads;
    for (int32_t i = 0; i < (p->batch * p->kv_heads * cells); i++) {
        after[i] = (state == NULL) ? 0.0f : state[i];
    }
    for (int32_t row = 0; row < (p->batch * p->positions); row++) {
        for (int32_t head = 0; head < p->kv_heads; head++) {
            float *own = &after[(((row / p->positions) * p->kv_heads) + head) * cells];
            const int32_t place = (row * p->kv_heads) + head;
            if (decay != NULL) {
                fade(p, &decay[place * p->decay_width], own);
            }
            const float *factor = NULL;
            if (beta != NULL) {
                factor = &beta[(p->beta_width == 0) ? row : place];
            }
            step(p, &k[place * p->width], &v[place * p->value_width], factor, own, value);
            for (int32_t i = 0; i < shared; i++) {
                const int32_t reader = (row * p->heads) + (head * shared) + i;
                read_state(p, own, &q[reader * p->width], p->scale, &y[reader * p->value_width]);
            }
        }
    }
}

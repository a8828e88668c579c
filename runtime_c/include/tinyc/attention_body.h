/* Body of every tc_attention_*_ref: included by one file per element type of the mask, which defines
 * TC_FUNCTION, TC_MASK and `float mask_bias(TC_MASK)`. No include guard on purpose.
 */

static float dot(int32_t width, const float *restrict a, const float *restrict b)
{
    float sum = 0.0f;
    for (int32_t i = 0; i < width; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

/* Copies a row to the output of scores if this is the wanted stage. */
static void show(const tc_attention_f32 *p, int32_t stage, const float *restrict row, float *restrict qk)
{
    if ((qk != NULL) && (p->stage == stage)) {
        for (int32_t j = 0; j < p->keys; j++) {
            qk[j] = row[j];
        }
    }
}

/* Scores before the mask: of the visible keys, or of all if they are an output. */
static void score(const tc_attention_f32 *p, const float *restrict q, const float *restrict k, tc_attention_range keys,
                  float *restrict row, float *restrict qk)
{
    for (int32_t j = keys.first; j < keys.last; j++) {
        row[j] = p->scale * dot(p->width, q, &k[j * p->k_stride[2]]);
    }
    show(p, TC_ATTENTION_PRODUCTS, row, qk);
    for (int32_t j = keys.first; (p->softcap > 0.0f) && (j < keys.last); j++) {
        row[j] = p->softcap * tanhf(row[j] / p->softcap);
    }
    show(p, TC_ATTENTION_CAPPED, row, qk);
}

/* -INFINITY outside the visible keys (where that is an output) and where the mask says so, whatever the score is. */
static void hide(const tc_attention_f32 *p, const TC_MASK *restrict mask, tc_attention_range visible,
                 float *restrict row, float *restrict qk)
{
    for (int32_t j = 0; (qk != NULL) && (j < p->keys); j++) {
        row[j] = ((j < visible.first) || (j >= visible.last)) ? -INFINITY : row[j];
    }
    for (int32_t j = visible.first; (mask != NULL) && (j < visible.last); j++) {
        const float bias = (j < p->mask_keys) ? mask_bias(mask[j]) : -INFINITY;
        row[j] = (bias == -INFINITY) ? -INFINITY : (row[j] + bias);
    }
    show(p, TC_ATTENTION_MASKED, row, qk);
}

/* Softmax of the visible keys; zeros if none takes part. */
static void weigh(const tc_attention_f32 *p, tc_attention_range visible, float *restrict row, float *restrict qk)
{
    float greatest = -INFINITY;
    for (int32_t j = visible.first; j < visible.last; j++) {
        greatest = (row[j] > greatest) ? row[j] : greatest;
    }
    const float shift = (greatest == -INFINITY) ? 0.0f : greatest;
    float total = 0.0f;
    for (int32_t j = visible.first; j < visible.last; j++) {
        row[j] = expf(row[j] - shift);
        total += row[j];
    }
    const float factor = (total == 0.0f) ? 0.0f : (1.0f / total);
    for (int32_t j = visible.first; j < visible.last; j++) {
        row[j] *= factor;
    }
    for (int32_t j = 0; (qk != NULL) && (j < p->keys); j++) {
        row[j] = ((j < visible.first) || (j >= visible.last)) ? 0.0f : row[j];
    }
    show(p, TC_ATTENTION_WEIGHTS, row, qk);
}

static void mix(const tc_attention_f32 *p, const float *restrict row, const float *restrict v,
                tc_attention_range visible, float *restrict y)
{
    for (int32_t i = 0; i < p->value_width; i++) {
        y[i] = 0.0f;
    }
    for (int32_t j = visible.first; j < visible.last; j++) {
        const float *value = &v[j * p->v_stride[2]];
        for (int32_t i = 0; i < p->value_width; i++) {
            y[i] += row[j] * value[i];
        }
    }
}

TC_KERNEL void TC_FUNCTION(const tc_attention_f32 *p, const float *restrict q, const float *restrict k,
                           const float *restrict v, const TC_MASK *restrict mask, const int64_t *restrict valid,
                           float *restrict y, float *restrict qk, void *restrict scratch)
{
    float *scores = scratch;
    const int32_t rows = p->batch * p->heads * p->queries;
    for (int32_t row = 0; row < rows; row++) {
        const int32_t query = row % p->queries;
        const int32_t head = (row / p->queries) % p->heads;
        const int32_t batch = row / (p->queries * p->heads);
        const int32_t shared = head / p->heads_per_key;
        const tc_attention_range visible = tc_attention_visible(p, valid, batch, query);
        const tc_attention_range all = {0, p->keys};
        float *shown = (qk == NULL) ? NULL : &qk[row * p->keys];
        const TC_MASK *line = mask;
        if (mask != NULL) {
            line = &mask[(batch * p->mask_stride[0]) + (head * p->mask_stride[1]) + (query * p->mask_stride[2])];
        }
        score(p, &q[(batch * p->q_stride[0]) + (head * p->q_stride[1]) + (query * p->q_stride[2])],
              &k[(batch * p->k_stride[0]) + (shared * p->k_stride[1])], (qk == NULL) ? visible : all, scores, shown);
        hide(p, line, visible, scores, shown);
        weigh(p, visible, scores, shown);
        mix(p, scores, &v[(batch * p->v_stride[0]) + (shared * p->v_stride[1])], visible,
            &y[(batch * p->y_stride[0]) + (head * p->y_stride[1]) + (query * p->y_stride[2])]);
    }
}

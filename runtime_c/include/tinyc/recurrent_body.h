/* The walk over directions, sequences and steps: included by every recurrent kernel, which defines TC_PARAMS,
 * TC_WEIGHTS and, before this line, the step
 *   static void step(const TC_PARAMS *p, const TC_WEIGHTS *weights, int32_t direction, const float *x, float *h,
 *                    float *c, float *work)
 * that takes h (and c, NULL where the layer has no cell) to the next state in place. No include guard on purpose.
 */

typedef struct {
    const float *x;
    const int32_t *lengths;
    const float *initial_h;
    const float *initial_c;
    float *y;
    float *y_h;
    float *y_c;
} tc_recurrent_data;

/* The state of one sequence, inside `final` or in spare memory, with its initial value. */
static float *started(const tc_recurrent *s, const float *initial, float *final, float *spare, int32_t offset)
{
    float *const state = (final != NULL) ? &final[offset] : spare;
    for (int32_t i = 0; i < s->hidden; i++) {
        state[i] = (initial != NULL) ? initial[offset + i] : 0.0f;
    }
    return state;
}

/* States of steps that lie behind a sequence's end. */
static void clear_rest(const tc_recurrent *s, float *y, int32_t length)
{
    for (int32_t time = length; time < s->steps; time++) {
        for (int32_t i = 0; i < s->hidden; i++) {
            y[(time * s->y_step) + i] = 0.0f;
        }
    }
}

/* One sequence in one direction; x and y point at its first step, y may be NULL. */
static void run_sequence(const TC_PARAMS *p, const TC_WEIGHTS *weights, int32_t direction, int32_t length,
                         const float *x, float *y, float *h, float *c, float *work)
{
    const tc_recurrent *s = &p->shape;
    const int32_t backwards = (direction == 1) ? 1 : s->backwards;
    for (int32_t count = 0; count < length; count++) {
        const int32_t time = (backwards != 0) ? (length - 1 - count) : count;
        step(p, weights, direction, &x[time * s->x_step], h, c, work);
        if (y != NULL) {
            for (int32_t i = 0; i < s->hidden; i++) {
                y[(time * s->y_step) + i] = h[i];
            }
        }
    }
    if (y != NULL) {
        clear_rest(s, y, length);
    }
}

/* Scratch: a state and, if `cells`, a cell, each [hidden]; then the step's work. */
static void run(const TC_PARAMS *p, const TC_WEIGHTS *weights, const tc_recurrent_data *data, int32_t cells,
                float *scratch)
{
    const tc_recurrent *s = &p->shape;
    float *const work = &scratch[(1 + cells) * s->hidden];
    for (int32_t direction = 0; direction < s->directions; direction++) {
        for (int32_t n = 0; n < s->batch; n++) {
            const int32_t length = (data->lengths != NULL) ? tc_clamp_i32(data->lengths[n], 0, s->steps) : s->steps;
            const int32_t offset = (direction * s->state_direction) + (n * s->state_batch);
            float *const y = (data->y != NULL) ? &data->y[(direction * s->y_direction) + (n * s->y_batch)] : NULL;
            float *const h = started(s, data->initial_h, data->y_h, scratch, offset);
            float *c = NULL;
            if (cells != 0) {
                c = started(s, data->initial_c, data->y_c, &scratch[s->hidden], offset);
            }
            run_sequence(p, weights, direction, length, &data->x[n * s->x_batch], y, h, c, work);
        }
    }
}

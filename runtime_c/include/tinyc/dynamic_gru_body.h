/* Body of every tc_dynamic_gru_f32w*: included by one file per weight format, which defines TC_FUNCTION, TC_RECURRENT
 * (its parameters) and, before this line, add_product() of dynamic_matrix_body.h or dynamic_matrix_tpack_body.h.
 * Integers of a vector lie behind the step's 4 * hidden floats. No include guard on purpose.
 */

static void sums(const TC_RECURRENT *p, const void *weights, int32_t direction, const float *x, const float *h,
                 float *work)
{
    const int32_t hidden = p->shape.hidden;
    const int32_t rows = 3 * hidden;
    void *const spare = &work[4 * hidden];
    (void)weights;
    (void)memcpy(work, &p->bias[direction * rows], (size_t)rows * sizeof(float));
    add_product(&p->w, direction * rows, rows, x, work, spare);
    add_product(&p->r, direction * rows, 2 * hidden, h, work, spare);
}

/* Number of the first row of gate n in r. */
static int32_t memory_row(const TC_RECURRENT *p, int32_t direction)
{
    return ((3 * direction) + 2) * p->shape.hidden;
}

static void before_reset(const TC_RECURRENT *p, const void *weights, int32_t direction, const float *h,
                         float *memory)
{
    const int32_t hidden = p->shape.hidden;
    (void)weights;
    (void)memcpy(memory, &p->reset_bias[direction * hidden], (size_t)hidden * sizeof(float));
    add_product(&p->r, memory_row(p, direction), hidden, h, memory, &memory[hidden]);
}

static void after_reset(const TC_RECURRENT *p, const void *weights, int32_t direction, float *memory,
                        float *sum)
{
    const int32_t hidden = p->shape.hidden;
    (void)weights;
    add_product(&p->r, memory_row(p, direction), hidden, memory, sum, &memory[hidden]);
}

#define TC_PARAMS TC_RECURRENT
#define TC_WEIGHTS void
#define TC_SUMS sums
#define TC_LINEAR(p) ((p)->reset_bias != NULL)
#define TC_BEFORE_RESET before_reset
#define TC_AFTER_RESET after_reset
#define TC_ACTIVATE(p, direction, index, value) (((index) == 0) ? tc_fixed_sigmoid(value) : tc_fixed_tanh(value))
#include "tinyc/gru_body.h"

TC_KERNEL void TC_FUNCTION(const TC_RECURRENT *p, const float *restrict x, const int32_t *restrict lengths,
                           const float *initial_h, float *restrict y, float *y_h, void *restrict scratch)
{
    const tc_recurrent_data data = {x, lengths, initial_h, NULL, y, y_h, NULL};
    run(p, NULL, &data, 0, scratch);
}

/* Body of every tc_dynamic_conv2d_f32w*_ref: included by one file per weight format, which defines TC_FUNCTION and
 * TC_WEIGHT_AT(weights, index). No include guard on purpose.
 */

/* Where one output looks: the integers of its image and the taps inside it. */
typedef struct {
    const int8_t *q;
    tc_window rows;
    tc_window columns;
} tc_dynamic_view;

/* Sum over the taps and the channels of one scale; channel_base is the first of these, first their first weight. */
static int32_t window_sum(const tc_conv2d_f32q *p, const tc_dynamic_view *view, int32_t first, int32_t channel_base)
{
    const tc_conv2d_shape *s = &p->shape;
    const uint8_t *restrict weights = p->weights;
    const int32_t depth = s->in_channels / s->groups;
    int32_t acc = 0;
    for (int32_t ky = view->rows.first; ky < view->rows.last; ky++) {
        const int32_t row = view->rows.origin + (ky * s->dilation_height);
        for (int32_t kx = view->columns.first; kx < view->columns.last; kx++) {
            const int32_t column = view->columns.origin + (kx * s->dilation_width);
            const int8_t *pixel = &view->q[(((row * s->in_width) + column) * s->in_channels) + channel_base];
            const int32_t tap = first + (((ky * s->kernel_width) + kx) * depth);
            for (int32_t c = 0; c < p->share; c++) {
                acc += (int32_t)pixel[c] * TC_WEIGHT_AT(weights, tap + c);
            }
        }
    }
    return acc;
}

/* Output channel m without scale and bias of the image. */
static float scaled_sum(const tc_conv2d_f32q *p, const tc_dynamic_view *view, int32_t m)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t depth = s->in_channels / s->groups;
    const float *scale = &p->scale[m * (depth / p->share)];
    const int32_t filter = m * s->kernel_height * s->kernel_width * depth;
    const int32_t channel_base = (m / (s->out_channels / s->groups)) * depth;
    float total = 0.0f;
    for (int32_t first = 0; first < depth; first += p->share) {
        total += (float)window_sum(p, view, filter + first, channel_base + first) * *scale;
        scale++;
    }
    return total;
}

static void image(const tc_conv2d_f32q *p, const int8_t *q, float scale, float *restrict y)
{
    const tc_conv2d_shape *s = &p->shape;
    tc_dynamic_view view = {.q = q};
    for (int32_t oy = 0; oy < s->out_height; oy++) {
        view.rows = tc_window_at(oy, s->stride_height, s->pad_top, s->dilation_height, s->kernel_height, s->in_height);
        for (int32_t ox = 0; ox < s->out_width; ox++) {
            view.columns =
                tc_window_at(ox, s->stride_width, s->pad_left, s->dilation_width, s->kernel_width, s->in_width);
            for (int32_t m = 0; m < s->out_channels; m++) {
                *y = tc_clamp_f32((scaled_sum(p, &view, m) * scale) + p->bias[m], p->low, p->high);
                y++;
            }
        }
    }
}

TC_KERNEL void TC_FUNCTION(const tc_conv2d_f32q *p, const float *restrict x, float *restrict y, void *scratch)
{
    const tc_conv2d_shape *s = &p->shape;
    const int32_t inputs = s->in_height * s->in_width * s->in_channels;
    for (int32_t n = 0; n < s->batch; n++) {
        const float scale = tc_dynamic_row(x, inputs, scratch);
        image(p, scratch, scale, y);
        x += inputs;
        y += s->out_height * s->out_width * s->out_channels;
    }
}

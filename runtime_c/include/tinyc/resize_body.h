/* Body of tc_resize_f32_ref and tc_resize_s8_ref, which define TC_FUNCTION, TC_PARAMS, TC_ELEMENT, TC_SUM,
 * `centred(p, x)` and `finish(p, sum)`. No include guard on purpose.
 */

/* Weighted sum of the neighbours of one place of y; x points at its image, `at` holds the place along each axis. */
static TC_SUM neighbours(const TC_PARAMS *p, const TC_ELEMENT *restrict x, const int32_t *at)
{
    const tc_resize_shape *s = &p->shape;
    TC_SUM sum = 0;
    for (int32_t a = 0; a < p->taps[0]; a++) {
        const int32_t plane = (p->first0[at[0]] + a) * s->in_length[1];
        for (int32_t b = 0; b < p->taps[1]; b++) {
            const int32_t row = (plane + p->first1[at[1]] + b) * s->in_length[2];
            const TC_SUM weight = p->weights0[(at[0] * p->taps[0]) + a] * p->weights1[(at[1] * p->taps[1]) + b];
            const TC_ELEMENT *from = &x[(row + p->first2[at[2]]) * s->inner];
            const TC_SUM *last = &p->weights2[at[2] * p->taps[2]];
            for (int32_t c = 0; c < p->taps[2]; c++) {
                sum += weight * last[c] * centred(p, from[c * s->inner]);
            }
        }
    }
    return sum;
}

TC_KERNEL void TC_FUNCTION(const TC_PARAMS *restrict p, const TC_ELEMENT *x, TC_ELEMENT *y)
{
    const tc_resize_shape *s = &p->shape;
    const int32_t image = s->in_length[0] * s->in_length[1] * s->in_length[2] * s->inner;
    const int32_t places = s->out_length[0] * s->out_length[1] * s->out_length[2];
    for (int32_t i = 0; i < (s->outer * places); i++) {
        const int32_t place = i % places;
        const int32_t at[TC_RESIZE_AXES] = {place / (s->out_length[1] * s->out_length[2]),
                                            (place / s->out_length[2]) % s->out_length[1],
                                            place % s->out_length[2]};
        const int32_t outside = (p->first0[at[0]] < 0) || (p->first1[at[1]] < 0) || (p->first2[at[2]] < 0);
        const TC_ELEMENT *from = &x[(i / places) * image];
        for (int32_t c = 0; c < s->inner; c++) {
            *y = (outside != 0) ? (TC_ELEMENT)p->outside : finish(p, neighbours(p, &from[c], at));
            y++;
        }
    }
}

#include <string.h>

#include "tinyc/resize.h"
#include "tinyc/runs.h"

/* One place of y that lies outside: every element of it is the extrapolation value. */
static void fill(const tc_resize_nearest *p, uint8_t *to)
{
    for (int32_t i = 0; i < p->shape.inner; i += p->element_bytes) {
        (void)memcpy(&to[i], p->outside, (size_t)p->element_bytes);
    }
}

/* Computes:  y[place] = x[nearest place] along up to three axes, blocks of bytes.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_KERNEL void tc_resize_nearest_any_ref(const tc_resize_nearest *restrict p, const void *x, void *y)
{
    const tc_resize_shape *s = &p->shape;
    const size_t block = (size_t)s->inner;
    const uint8_t *from = x;
    uint8_t *to = y;
    const int32_t rows = s->outer * s->out_length[0] * s->out_length[1];
    for (int32_t row = 0; row < rows; row++) {
        const int32_t a = p->index0[(row / s->out_length[1]) % s->out_length[0]];
        const int32_t b = p->index1[row % s->out_length[1]];
        const int32_t image = row / (s->out_length[0] * s->out_length[1]);
        const int32_t start = (((image * s->in_length[0]) + a) * s->in_length[1]) + b;
        for (int32_t i = 0; i < s->out_length[2]; i++) {
            const int32_t c = p->index2[i];
            if ((a < 0) || (b < 0) || (c < 0)) {
                fill(p, to);
            } else {
                tc_copy_run(to, &from[(size_t)((start * s->in_length[2]) + c) * block], s->inner);
            }
            to += block;
        }
    }
}

#include "tinyc/pad.h"
#include "tinyc/runs.h"

/* Computes:  as tc_pad_x8_ref with a value around x, by runs of words.
 * Needs:     nothing. No axis is cut.
 * Scratch:   none.
 * Exactness: exact; no element is changed.
 * Measured:  Cortex-M3, tinyc profile, 1 around 32 images of 16x16: 5.5 model cycles per element; tc_pad_x8_ref 25.6.
 */
TC_KERNEL void tc_pad_x8_scalar(const tc_pad *restrict p, const void *x, void *y)
{
    const uint8_t *const from = (const uint8_t *)x;
    uint8_t *to = (uint8_t *)y;
    const uint8_t value = (uint8_t)(p->value[0] & 0xFFu);
    const int32_t last = p->axes - 1;
    const int32_t length = p->in_length[last];
    const int32_t before = p->begin[last];
    const int32_t after = p->out_length[last] - before - length;
    const int32_t rows = tc_pad_rows(p);
    for (int32_t row = 0; row < rows; row++) {
        const int32_t start = tc_pad_row(p, row);
        if (start < 0) {
            tc_fill_run(to, value, p->out_length[last]);
        } else {
            tc_fill_run(to, value, before);
            tc_copy_run(&to[before], &from[start], length);
            tc_fill_run(&to[before + length], value, after);
        }
        to += p->out_length[last];
    }
}

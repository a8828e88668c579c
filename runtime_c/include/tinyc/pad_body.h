/* Body of every tc_pad_*_ref: included by one file per element size, which defines TC_FUNCTION and TC_ELEMENT.
 * No include guard on purpose.
 */

TC_KERNEL void TC_FUNCTION(const tc_pad *restrict p, const void *x, void *y)
{
    const TC_ELEMENT *from = (const TC_ELEMENT *)x;
    TC_ELEMENT *to = (TC_ELEMENT *)y;
    const TC_ELEMENT value = (TC_ELEMENT)(((uint64_t)p->value[1] << 32) | p->value[0]);
    const int32_t last = p->axes - 1;
    const int32_t rows = tc_pad_rows(p);
    for (int32_t row = 0; row < rows; row++) {
        const int32_t start = tc_pad_row(p, row);
        for (int32_t i = 0; i < p->out_length[last]; i++) {
            const int32_t index = tc_pad_index(p->mode, i - p->begin[last], p->in_length[last]);
            to[i] = ((start < 0) || (index < 0)) ? value : from[start + index];
        }
        to += p->out_length[last];
    }
}

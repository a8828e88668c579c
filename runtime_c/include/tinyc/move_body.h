/* Body of every tc_move_*_ref: included by one file per element size, which defines TC_FUNCTION and TC_ELEMENT.
 * No include guard on purpose.
 */

TC_KERNEL void TC_FUNCTION(const tc_move *restrict p, const void *x, void *y)
{
    const TC_ELEMENT *from = (const TC_ELEMENT *)x;
    TC_ELEMENT *to = (TC_ELEMENT *)y;
    const int32_t rows = tc_move_rows(p);
    const int32_t length = p->length[p->axes - 1];
    const int32_t stride = p->stride[p->axes - 1];
    for (int32_t row = 0; row < rows; row++) {
        const TC_ELEMENT *start = &from[tc_move_row(p, row)];
        for (int32_t i = 0; i < length; i++) {
            to[i] = start[i * stride];
        }
        to += length;
    }
}

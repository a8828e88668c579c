/* Body of the fast products: included by one file for each, which defines TC_FUNCTION and `products(p, a, b, y)`: those
 * of one row of the innermost axis. No include guard on purpose.
 */

TC_KERNEL void TC_FUNCTION(const tc_mul_s8_words *p, const int8_t *a, const int8_t *b, int8_t *y)
{
    tc_broadcast_row row = {0};
    for (int32_t done = 0; done < p->shape.rows; done++) {
        products(p, &a[row.a], &b[row.b], y);
        y += p->shape.count;
        tc_broadcast_next(&p->shape, &row);
    }
}

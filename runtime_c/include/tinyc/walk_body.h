/* Body of every tc_move_x*_scalar: included by one file per element size, which defines TC_FUNCTION and TC_ELEMENT. Four
 * elements are read before they are written. No include guard on purpose.
 */

static void move_inner(const tc_walk *p, const TC_ELEMENT *from, TC_ELEMENT *to)
{
    const int32_t x_step = p->x_inner;
    const int32_t y_step = p->y_inner;
    int32_t left = p->count;
    for (; left >= 4; left -= 4) {
        const TC_ELEMENT first = from[0];
        const TC_ELEMENT second = from[x_step];
        const TC_ELEMENT third = from[2 * x_step];
        const TC_ELEMENT fourth = from[3 * x_step];
        to[0] = first;
        to[y_step] = second;
        to[2 * y_step] = third;
        to[3 * y_step] = fourth;
        from += 4 * x_step;
        to += 4 * y_step;
    }
    for (int32_t i = 0; i < left; i++) {
        to[i * y_step] = from[i * x_step];
    }
}

TC_KERNEL void TC_FUNCTION(const tc_walk *restrict p, const void *x, void *y)
{
    const TC_ELEMENT *const from = &((const TC_ELEMENT *)x)[p->offset];
    TC_ELEMENT *const to = (TC_ELEMENT *)y;
    tc_walk_place place = {0};
    do {
        move_inner(p, &from[place.x], &to[place.y]);
    } while (tc_walk_next(p, &place) != 0);
}

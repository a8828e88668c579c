/* The maximum of each window, four channels at a time: included by one file for each element type, which defines
 * TC_ELEMENT, TC_LOWEST (what an empty window gives) and `wins(value, best)`. No include guard on purpose.
 */

static TC_ELEMENT greater(TC_ELEMENT value, TC_ELEMENT best)
{
    return wins(value, best) ? value : best;
}

/* One channel. */
static inline TC_ELEMENT greatest(const tc_pool_taps *taps, int32_t channels, const TC_ELEMENT *x)
{
    TC_ELEMENT best = TC_LOWEST;
    for (int32_t row = 0; row < taps->rows; row++) {
        const TC_ELEMENT *from = &x[row * taps->row_step];
        for (int32_t column = 0; column < taps->columns; column++) {
            best = greater(*from, best);
            from += channels;
        }
    }
    return best;
}

static inline void greatest_of_four(const tc_pool_taps *taps, int32_t channels, const TC_ELEMENT *x, TC_ELEMENT *y)
{
    TC_ELEMENT first = TC_LOWEST;
    TC_ELEMENT second = TC_LOWEST;
    TC_ELEMENT third = TC_LOWEST;
    TC_ELEMENT fourth = TC_LOWEST;
    for (int32_t row = 0; row < taps->rows; row++) {
        const TC_ELEMENT *from = &x[row * taps->row_step];
        for (int32_t column = 0; column < taps->columns; column++) {
            first = greater(from[0], first);
            second = greater(from[1], second);
            third = greater(from[2], third);
            fourth = greater(from[3], fourth);
            from += channels;
        }
    }
    y[0] = first;
    y[1] = second;
    y[2] = third;
    y[3] = fourth;
}

static inline void pool_window(const tc_pool *p, const tc_pool_taps *taps, const TC_ELEMENT *x, TC_ELEMENT *y)
{
    const int32_t fours = p->channels & ~3;
    for (int32_t c = 0; c < fours; c += 4) {
        greatest_of_four(taps, p->channels, &x[c], &y[c]);
    }
    for (int32_t c = fours; c < p->channels; c++) {
        y[c] = greatest(taps, p->channels, &x[c]);
    }
}

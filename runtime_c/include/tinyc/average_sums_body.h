/* Sums of a window for the averages of any core: included by files that define TC_ELEMENT and TC_SUM. No include guard
 * on purpose.
 */

/* One channel. */
static inline TC_SUM sum_of(const tc_pool_taps *taps, int32_t channels, const TC_ELEMENT *x)
{
    TC_SUM sum = 0;
    for (int32_t row = 0; row < taps->rows; row++) {
        const TC_ELEMENT *from = &x[row * taps->row_step];
        for (int32_t column = 0; column < taps->columns; column++) {
            sum += *from;
            from += channels;
        }
    }
    return sum;
}

static inline void sums_of_four(const tc_pool_taps *taps, int32_t channels, const TC_ELEMENT *x, TC_SUM sums[4])
{
    TC_SUM first = 0;
    TC_SUM second = 0;
    TC_SUM third = 0;
    TC_SUM fourth = 0;
    for (int32_t row = 0; row < taps->rows; row++) {
        const TC_ELEMENT *from = &x[row * taps->row_step];
        for (int32_t column = 0; column < taps->columns; column++) {
            first += from[0];
            second += from[1];
            third += from[2];
            fourth += from[3];
            from += channels;
        }
    }
    sums[0] = first;
    sums[1] = second;
    sums[2] = third;
    sums[3] = fourth;
}

#include "tinyc/pool_windows.h"
#include "tinyc/requant_dsp.h"

/* Four results from sums of bytes 2 and 0, and of bytes 3 and 1. */
static inline void store_four(const tc_average_windows_s8 *p, const int32_t *constants, int32_t start, uint32_t even,
                              uint32_t odd, int8_t *y)
{
    const int32_t multiplier = constants[0];
    const int32_t offset = constants[1];
    const int32_t k = constants[2];
    const int32_t unit = (int32_t)1 << p->up;
    y[0] = tc_requantize_dsp((start + tc_low_half(even)) * unit, multiplier, offset, k);
    y[1] = tc_requantize_dsp((start + tc_low_half(odd)) * unit, multiplier, offset, k);
    y[2] = tc_requantize_dsp((start + tc_high_half(even)) * unit, multiplier, offset, k);
    y[3] = tc_requantize_dsp((start + tc_high_half(odd)) * unit, multiplier, offset, k);
}

TC_SHARED void tc_sum_two_words(const tc_pool_taps *taps, int32_t channels, int32_t apart, const int8_t *x,
                                uint32_t sums[4]);

/* Of four channels of a window, and of the four that lie `apart` behind them: sums of bytes 2 and 0, and of 3 and 1. A
 * function of its own: its loop keeps the registers. */
TC_SHARED void tc_sum_two_words(const tc_pool_taps *taps, int32_t channels, int32_t apart, const int8_t *x,
                                uint32_t sums[4])
{
    const int32_t columns = taps->columns;
    const int32_t next_row = taps->row_step - (columns * channels);
    uint32_t even = 0u;
    uint32_t odd = 0u;
    uint32_t more_even = 0u;
    uint32_t more_odd = 0u;
    for (int32_t row = taps->rows; row > 0; row--) {
        for (int32_t column = columns; column > 0; column--) {
            const uint32_t bytes = tc_load4(x);
            const uint32_t more = tc_load4(&x[apart]);
            even = tc_sxtab16(even, bytes);
            odd = tc_sxtab16_ror8(odd, bytes);
            more_even = tc_sxtab16(more_even, more);
            more_odd = tc_sxtab16_ror8(more_odd, more);
            x += channels;
        }
        x += next_row;
    }
    sums[0] = even;
    sums[1] = odd;
    sums[2] = more_even;
    sums[3] = more_odd;
}

/* Eight channels at a time, in two words; the last words may overlap. */
static inline void pool_window(const tc_average_windows_s8 *p, const tc_pool_taps *taps, const int8_t *x, int8_t *y)
{
    const int32_t channels = p->shape.channels;
    const int32_t last = channels - 4;
    const int32_t *const constants = tc_average_constants(p, taps);
    const int32_t start = -p->in_zero_point * taps->rows * taps->columns;
    for (int32_t c = 0; c < channels; c += 8) {
        uint32_t sums[4];
        const int32_t first = tc_min_i32(c, last);
        const int32_t apart = tc_min_i32(4, last - first);
        tc_sum_two_words(taps, channels, apart, &x[first], sums);
        for (int32_t word = 0; word < 2; word++) {
            store_four(p, constants, start, sums[2 * word], sums[(2 * word) + 1], &y[first + (word * apart)]);
        }
    }
    tc_narrow_s8(y, channels, p->low, p->high);
}

/* Computes:  as tc_average_pool_s8_ref without dilation, over at most two axes, eight channels at a time.
 * Needs:     DSP. At most 255 taps, whose sums fit int16.
 * Scratch:   none.
 * Exactness: equal to tc_average_pool_s8_ref: sums 2^up as large with shifts `up` longer give the same bits.
 * Measured:  Cortex-M4, 16x16 pixels of 32 channels by 2x2: 33 model cycles per output; tc_average_pool_s8_ref 186.
 */
#define TC_FUNCTION tc_average_pool_s8_dsp
#define TC_PARAMS tc_average_windows_s8
#define TC_ELEMENT int8_t
#define TC_SHAPE &p->shape
#include "tinyc/pool_windows_body.h"

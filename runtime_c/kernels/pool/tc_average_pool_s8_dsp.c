#include "tinyc/pool_windows.h"
#include "tinyc/requant_dsp.h"

static inline int32_t low_half(uint32_t halves)
{
    return (int16_t)(uint16_t)(halves & 0xFFFFu);
}

static inline int32_t high_half(uint32_t halves)
{
    return (int16_t)(uint16_t)(halves >> 16);
}

/* Four results from sums of bytes 2 and 0, and of bytes 3 and 1. */
static inline void store_four(const tc_average_windows_s8 *p, const int32_t *constants, int32_t start, uint32_t even,
                              uint32_t odd, int8_t *y)
{
    const int32_t multiplier = constants[0];
    const int32_t offset = constants[1];
    const int32_t k = constants[2];
    const int32_t unit = (int32_t)1 << p->up;
    y[0] = tc_requantize_dsp((start + low_half(even)) * unit, multiplier, offset, k);
    y[1] = tc_requantize_dsp((start + low_half(odd)) * unit, multiplier, offset, k);
    y[2] = tc_requantize_dsp((start + high_half(even)) * unit, multiplier, offset, k);
    y[3] = tc_requantize_dsp((start + high_half(odd)) * unit, multiplier, offset, k);
}

/* Eight channels at a time, in two words; the last words may overlap. */
static inline void pool_window(const tc_average_windows_s8 *p, const tc_pool_taps *taps, const int8_t *x, int8_t *y)
{
    const int32_t channels = p->shape.channels;
    const int32_t last = channels - 4;
    const int32_t next_row = taps->row_step - (taps->columns * channels);
    const int32_t *const constants = tc_average_constants(p, taps);
    const int32_t start = -p->in_zero_point * taps->rows * taps->columns;
    for (int32_t c = 0; c < channels; c += 8) {
        const int32_t first = tc_min_i32(c, last);
        const int32_t second = tc_min_i32(c + 4, last);
        const int8_t *from = &x[first];
        const int8_t *also = &x[second];
        uint32_t sums[4] = {0u, 0u, 0u, 0u};
        for (int32_t row = taps->rows; row > 0; row--) {
            for (int32_t column = taps->columns; column > 0; column--) {
                const uint32_t bytes = tc_load4(from);
                const uint32_t more = tc_load4(also);
                sums[0] = tc_sxtab16(sums[0], bytes);
                sums[1] = tc_sxtab16_ror8(sums[1], bytes);
                sums[2] = tc_sxtab16(sums[2], more);
                sums[3] = tc_sxtab16_ror8(sums[3], more);
                from += channels;
                also += channels;
            }
            from += next_row;
            also += next_row;
        }
        store_four(p, constants, start, sums[0], sums[1], &y[first]);
        store_four(p, constants, start, sums[2], sums[3], &y[second]);
    }
    tc_narrow_s8(y, channels, p->low, p->high);
}

/* Computes:  as tc_average_pool_s8_ref without dilation, over at most two axes, eight channels at a time.
 * Needs:     DSP. At most 255 taps, whose sums fit int16.
 * Scratch:   none.
 * Exactness: equal to tc_average_pool_s8_ref: sums 2^up as large with shifts `up` longer give the same bits.
 */
#define TC_FUNCTION tc_average_pool_s8_dsp
#define TC_PARAMS tc_average_windows_s8
#define TC_ELEMENT int8_t
#define TC_SHAPE &p->shape
#include "tinyc/pool_windows_body.h"

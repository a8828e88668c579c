/* A channel of nm.h times four pixels in columns of nm_four.h: it defines TC_FUNCTION. No include guard on purpose.
 *
 * Without SMLABB one multiplication makes two products; the lanes of two weights begin at 0x8000, which keeps the lower
 * lane from borrowing, and weights from -127 to 127 leave room for both.
 */
#include "tinyc/nm_unit.h"

#ifdef TC_SIMD_ARM

#define TC_ONE(number)                                                                                                 \
    do {                                                                                                               \
        const uint32_t *const a = tc_nm_at(columns, TC_PLACE(codes, number));                                          \
        const uint32_t w = (uint32_t)(int32_t)weights[number];                                                         \
        const uint32_t left = a[2 * TC_GROUP(number)];                                                                 \
        const uint32_t right = a[(2 * TC_GROUP(number)) + 1];                                                          \
        sum0 = tc_smlabb(w, left, sum0);                                                                               \
        sum1 = tc_smlabt(w, left, sum1);                                                                               \
        sum2 = tc_smlabb(w, right, sum2);                                                                              \
        sum3 = tc_smlabt(w, right, sum3);                                                                              \
    } while (0)

TC_SHARED void TC_FUNCTION(const int8_t *unit, const uint32_t *columns, int32_t units, int32_t bias, int32_t *sums)
{
    int32_t sum0 = bias;
    int32_t sum1 = bias;
    int32_t sum2 = bias;
    int32_t sum3 = bias;
    const int8_t *const end = &unit[units * TC_UNIT];
    while (unit != end) {
        const uint32_t codes = TC_CODES(unit);
        const int8_t *const weights = &unit[TC_UNIT - 4];
        TC_ONE(0);
        TC_ONE(1);
        TC_ONE(2);
        TC_ONE(3);
        unit = &unit[TC_UNIT];
        columns = &columns[2 * TC_STEP];
    }
    sums[0] = sum0;
    sums[1] = sum1;
    sums[2] = sum2;
    sums[3] = sum3;
}

#undef TC_ONE

#else

#define TC_TWO(first, second)                                                                                          \
    do {                                                                                                               \
        const uint32_t *const a = &columns[2u * TC_PLACE(codes, first)];                                               \
        const uint32_t *const b = &columns[2u * TC_PLACE(codes, second)];                                              \
        const uint32_t v = (uint32_t)(int32_t)weights[first];                                                          \
        const uint32_t w = (uint32_t)(int32_t)weights[second];                                                         \
        const uint32_t left = 0x8000u + (a[(2 * TC_GROUP(first)) + 0] * v) + (b[(2 * TC_GROUP(second)) + 0] * w);      \
        const uint32_t right = 0x8000u + (a[(2 * TC_GROUP(first)) + 1] * v) + (b[(2 * TC_GROUP(second)) + 1] * w);     \
        left_total += left;                                                                                            \
        left_upper += (int32_t)left >> 16;                                                                             \
        right_total += right;                                                                                          \
        right_upper += (int32_t)right >> 16;                                                                           \
    } while (0)

TC_SHARED void TC_FUNCTION(const int8_t *unit, const uint32_t *columns, int32_t units, int32_t bias, int32_t *sums)
{
    uint32_t left_total = (uint32_t)bias + ((uint32_t)bias << 16) - (0x10000u * (uint32_t)units);
    uint32_t right_total = left_total;
    int32_t left_upper = bias;
    int32_t right_upper = bias;
    const int8_t *const end = &unit[units * TC_UNIT];
    while (unit != end) {
        const uint32_t codes = TC_CODES(unit);
        const int8_t *const weights = &unit[TC_UNIT - 4];
        TC_TWO(0, 1);
        TC_TWO(2, 3);
        unit = &unit[TC_UNIT];
        columns = &columns[2 * TC_STEP];
    }
    sums[0] = (int32_t)(left_total - ((uint32_t)left_upper << 16));
    sums[1] = left_upper;
    sums[2] = (int32_t)(right_total - ((uint32_t)right_upper << 16));
    sums[3] = right_upper;
}

#undef TC_TWO

#endif

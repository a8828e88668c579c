/* A channel's whole units of nm.h times one pixel: it defines TC_FUNCTION. No include guard on purpose. */
#include "tinyc/nm_unit.h"

TC_SHARED uint32_t TC_FUNCTION(const int8_t *unit, const int8_t *x, int32_t units)
{
    uint32_t sum = 0;
    for (int32_t left = units; left > 0; left--) {
        const uint32_t codes = TC_CODES(unit);
        const int8_t *const weights = &unit[TC_UNIT - 4];
        sum += (uint32_t)(weights[0] * (&x[TC_PLACE(codes, 0)])[TC_GROUP(0)]);
        sum += (uint32_t)(weights[1] * (&x[TC_PLACE(codes, 1)])[TC_GROUP(1)]);
        sum += (uint32_t)(weights[2] * (&x[TC_PLACE(codes, 2)])[TC_GROUP(2)]);
        sum += (uint32_t)(weights[3] * (&x[TC_PLACE(codes, 3)])[TC_GROUP(3)]);
        unit = &unit[TC_UNIT];
        x = &x[TC_STEP];
    }
    return sum;
}

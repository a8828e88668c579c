/* The smooth form of max(v, 0). */
#ifndef TINYC_SOFTPLUS_H
#define TINYC_SOFTPLUS_H

#include <math.h>

/* log(1 + e^v): the exponent is never positive, so nothing overflows. */
static inline float tc_softplus(float v)
{
    return ((v > 0.0f) ? v : 0.0f) + log1pf(expf(-fabsf(v)));
}

#endif

#include "tinyc/power.h"

/* Computes:  y = a to the power of b, truncated toward zero, saturating; 0 for NaN.
 * Needs:     math.h, double precision.
 * Scratch:   none; y may be a, if that has its shape.
 * Exactness: within the error of pow in the C library, truncated.
 */
TC_POWER(tc_power_i64_f32_ref, int64_t, float, tc_power_to_i64(pow((double)l, (double)r)))

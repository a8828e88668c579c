#include "tinyc/power.h"

/* Computes:  y = a to the power of b, truncated toward zero, saturating; 0 for NaN.
 * Needs:     math.h, double precision.
 * Scratch:   none; y may be a, if that has its shape.
 * Exactness: within the error of pow in the C library, truncated.
 */
TC_POWER(tc_power_i32_f32_ref, int32_t, float, tc_power_to_i32(pow((double)l, (double)r)))

#include "tinyc/power.h"

/* Computes:  y = a to the power of b, truncated toward zero; what does not fit wraps. 0 to a negative power is 0.
 * Needs:     nothing.
 * Scratch:   none; y may be a, if that has its shape.
 * Exactness: exact.
 */
TC_POWER(tc_power_i32_ref, int32_t, int32_t, tc_power_i32(l, r))

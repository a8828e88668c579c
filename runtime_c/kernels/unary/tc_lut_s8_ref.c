#include "tinyc/unary.h"

/* Computes:  y = table[x + 128]: any function of one int8 tensor.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: that of the table, which is rounded correctly at compile time.
 */
TC_UNARY(tc_lut_s8_ref, tc_lut_s8, int8_t, p->table[(int32_t)v - INT8_MIN])

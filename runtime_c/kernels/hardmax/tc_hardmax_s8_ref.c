#include "tinyc/hardmax.h"

/* Computes:  y = one at the first greatest element of each run of `count`, zero elsewhere.
 * Needs:     nothing.
 * Scratch:   none; y may be x.
 * Exactness: exact.
 */
TC_HARDMAX(tc_hardmax_s8_ref, int8_t)

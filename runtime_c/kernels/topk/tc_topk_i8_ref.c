#include "tinyc/topk.h"

/* Computes:  the best `count` elements of each run, best first, and their places; of equals the first comes first.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact. Steps per run: length * count at most.
 */
TC_TOPK(tc_topk_i8_ref, int8_t)

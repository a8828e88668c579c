#include "tinyc/dense_coded.h"
#include "tinyc/requant.h"

#include <string.h>

/* Computes:  as tc_dense_s16_ref, from coded weights: channel by channel, several rows from one decoding.
 * Needs:     nothing.
 * Scratch:   a strip of rows if that is not all; at_once bytes: weights of one channel, or a part of them; the codec's
 *            table.
 * Exactness: the definition; numpy's meaning bit for bit.
 */
#define TC_FUNCTION tc_dense_s16_coded_ref
#define TC_ACTIVATION int16_t
#define TC_SUM int64_t
#define TC_REQUANTIZE tc_requantize_wide
#include "tinyc/dense_coded_body.h"

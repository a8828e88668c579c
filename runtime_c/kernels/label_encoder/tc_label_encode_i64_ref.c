#include <string.h>

#include "tinyc/label_encoder.h"

/* Computes:  y = values[k] for the first k with keys[k] = x, values[keys] if there is none.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
#define TC_FUNCTION tc_label_encode_i64_ref
#define TC_KEY int64_t
#define TC_SAME(a, b) ((a) == (b))
#include "tinyc/label_encoder_body.h"

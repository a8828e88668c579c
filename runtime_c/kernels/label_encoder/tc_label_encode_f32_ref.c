#include <string.h>

#include "tinyc/label_encoder.h"

/* Computes:  y = values[k] for the first k with keys[k] = x, values[keys] if there is none.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
#define TC_FUNCTION tc_label_encode_f32_ref
#define TC_KEY float
#define TC_SAME(a, b) (((a) == (b)) || (((a) != (a)) && ((b) != (b))))
#include "tinyc/label_encoder_body.h"

#include <math.h>

#include "tinyc/attention.h"

static float mask_bias(uint8_t mask)
{
    return (mask != 0u) ? 0.0f : -INFINITY;
}

/* Computes:  y = softmax(cap(scale * q * k^T) + mask) * v for each head and query. A mask of 0 and 1 says which keys take part.
 * Needs:     math.h.
 * Scratch:   one float for each key.
 * Exactness: float32, sums in order; keys outside the query's window are neither read nor scored.
 */
#define TC_FUNCTION tc_attention_mask_bool_f32_ref
#define TC_MASK uint8_t
#include "tinyc/attention_body.h"

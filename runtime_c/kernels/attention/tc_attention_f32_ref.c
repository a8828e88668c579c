#include <math.h>

#include "tinyc/attention.h"

static float mask_bias(float mask)
{
    return mask;
}

/* Computes:  y = softmax(cap(scale * q * k^T) + mask) * v for each head and query. A float mask is added.
 * Needs:     math.h.
 * Scratch:   one float for each key.
 * Exactness: float32, sums in order; keys outside the query's window are neither read nor scored.
 */
#define TC_FUNCTION tc_attention_f32_ref
#define TC_MASK float
#include "tinyc/attention_body.h"

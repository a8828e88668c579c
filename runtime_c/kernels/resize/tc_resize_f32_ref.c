#include "tinyc/resize.h"

static float centred(const tc_resize_f32 *p, float x)
{
    (void)p;
    return x;
}

static float finish(const tc_resize_f32 *p, float sum)
{
    (void)p;
    return sum;
}

/* Computes:  y = sum of weighted neighbours along up to three axes.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: float32, in order of the axes.
 */
#define TC_FUNCTION tc_resize_f32_ref
#define TC_PARAMS tc_resize_f32
#define TC_ELEMENT float
#define TC_SUM float
#include "tinyc/resize_body.h"

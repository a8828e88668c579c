#include "tinyc/conv_coded.h"
#include "tinyc/conv_window.h"
#include "tinyc/requant.h"

/* Computes:  as tc_conv2d_s16_ref, from coded weights: each filter is decoded once and moved over all windows.
 * Needs:     nothing.
 * Scratch:   one channel of the input if it is copied; kernel_height * kernel_width * in_channels / groups bytes: one
 *            filter; the codec's table.
 * Exactness: the definition; numpy's meaning bit for bit.
 */
#define TC_FUNCTION tc_conv2d_s16_coded_ref
#define TC_ACTIVATION int16_t
#define TC_SUM int64_t
#define TC_REQUANTIZE tc_requantize_wide
#include "tinyc/conv_coded_body.h"

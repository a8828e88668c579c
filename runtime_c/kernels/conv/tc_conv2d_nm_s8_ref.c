#include "tinyc/conv_gather.h"
#include "tinyc/nm_pixel.h"

/* Computes:  as tc_conv2d_s8_ref for one group; of every m inputs n are multiplied.
 * Needs:     nothing.
 * Scratch:   the inputs of one window.
 * Exactness: equal to tc_conv2d_s8_ref.
 */
#define TC_FUNCTION tc_conv2d_nm_s8_ref
#define TC_PARAMS tc_conv2d_s8_nm
#define TC_PIXEL tc_nm_pixel
#include "tinyc/conv_sparse_body.h"

#include "tinyc/conv_gather.h"
#include "tinyc/sparse_pixel.h"

/* Computes:  as tc_conv2d_s8_ref for one group; blocks of four channels x two inputs that are all zero are left out.
 * Needs:     nothing.
 * Scratch:   the inputs of one window.
 * Exactness: equal to tc_conv2d_s8_ref.
 */
#define TC_FUNCTION tc_conv2d_blocks_s8_ref
#define TC_PIXEL tc_sparse_blocks_pixel
#include "tinyc/conv_sparse_body.h"

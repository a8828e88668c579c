#include "tinyc/sparse_pixel.h"

/* Computes:  as tc_dense_s8_ref; zero weights are left out.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: equal to tc_dense_s8_ref.
 */
#define TC_FUNCTION tc_dense_sparse_s8_ref
#define TC_PARAMS tc_dense_s8_sparse
#define TC_PIXEL tc_sparse_pixel
#include "tinyc/dense_sparse_body.h"

/* Decision trees: parameters and functions. */
#ifndef TINYC_TREE_ENSEMBLE_H
#define TINYC_TREE_ENSEMBLE_H

#include "tinyc/kernel.h"

/* What an inner node asks; TC_TREE_NAN is added where NaN goes the way of true. */
#define TC_TREE_LEAF 0u
#define TC_TREE_LEQ 1u
#define TC_TREE_LT 2u
#define TC_TREE_GTE 3u
#define TC_TREE_GT 4u
#define TC_TREE_EQ 5u
#define TC_TREE_TEST 7u
#define TC_TREE_NAN 8u

#define TC_TREE_SUM 0
#define TC_TREE_MIN 1
#define TC_TREE_MAX 2

typedef struct {
    int32_t rows;
    int32_t features;
    int32_t targets;
    int32_t trees;
    int32_t how;     /* TC_TREE_SUM, _MIN or _MAX */
    float start;     /* of a target before the first leaf */
    float divisor;   /* number of trees for an average, else 1 */
} tc_tree_ensemble;

void tc_tree_ensemble_f32_ref(const tc_tree_ensemble *p, const float *restrict x, const int16_t *restrict feature,
                              const float *restrict threshold, const uint8_t *restrict mode,
                              const int32_t *restrict other, const int32_t *restrict roots,
                              const int16_t *restrict target, const float *restrict weight,
                              const float *restrict base, float *restrict y);

#endif

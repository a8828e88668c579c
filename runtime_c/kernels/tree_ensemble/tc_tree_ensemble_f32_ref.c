#include "tinyc/tree_ensemble.h"

static int32_t is_true(float x, float threshold, uint32_t mode)
{
    if (x != x) {
        return ((mode & TC_TREE_NAN) != 0u) || ((mode & TC_TREE_TEST) > TC_TREE_EQ);
    }
    switch (mode & TC_TREE_TEST) {
    case TC_TREE_LEQ:
        return x <= threshold;
    case TC_TREE_LT:
        return x < threshold;
    case TC_TREE_GTE:
        return x >= threshold;
    case TC_TREE_GT:
        return x > threshold;
    case TC_TREE_EQ:
        return x == threshold;
    default:
        return x != threshold;
    }
}

static float joined(int32_t how, float a, float b)
{
    if (how == TC_TREE_SUM) {
        return a + b;
    }
    return ((how == TC_TREE_MIN) == (a < b)) ? a : b;
}

/* Computes:  y[n][t] = base[t] + sum, least or greatest over the trees of the weights of target t in the leaf that row n
 *            reaches, divided by `divisor`.
 * Needs:     nodes in preorder: the true child of an inner node is the next node, the false child is node other[].
 *            A leaf has feature[] weights from place other[] on.
 * Scratch:   none.
 * Exactness: float32, in the order of trees and weights.
 */
TC_KERNEL void tc_tree_ensemble_f32_ref(const tc_tree_ensemble *p, const float *restrict x,
                                        const int16_t *restrict feature, const float *restrict threshold,
                                        const uint8_t *restrict mode, const int32_t *restrict other,
                                        const int32_t *restrict roots, const int16_t *restrict target,
                                        const float *restrict weight, const float *restrict base, float *restrict y)
{
    for (int32_t row = 0; row < p->rows; row++) {
        for (int32_t t = 0; t < p->targets; t++) {
            y[t] = p->start;
        }
        for (int32_t tree = 0; tree < p->trees; tree++) {
            int32_t node = roots[tree];
            while (mode[node] != TC_TREE_LEAF) {
                node = (is_true(x[feature[node]], threshold[node], mode[node]) != 0) ? (node + 1) : other[node];
            }
            for (int32_t i = other[node]; i < (other[node] + feature[node]); i++) {
                y[target[i]] = joined(p->how, y[target[i]], weight[i]);
            }
        }
        for (int32_t t = 0; t < p->targets; t++) {
            const float total = ((p->how != TC_TREE_SUM) && (y[t] == p->start)) ? 0.0f : (y[t] / p->divisor);
            y[t] = total + base[t];
        }
        x += p->features;
        y += p->targets;
    }
}

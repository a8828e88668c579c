#include "tinyc/svm.h"

/* q[j][j] = sum over s of r[s][j]^2, q[i][j] = -r[j][i] r[i][j], where r[i][j] = pairs of (i, j) for i < j. */
static void set_equations(int32_t classes, const float *restrict pairs, float *restrict q)
{
    int32_t pair = 0;
    for (int32_t i = 0; i < (classes * classes); i++) {
        q[i] = 0.0f;
    }
    for (int32_t i = 0; i < classes; i++) {
        for (int32_t j = i + 1; j < classes; j++) {
            const float first = pairs[pair];
            const float second = 1.0f - first;
            q[(i * classes) + i] += second * second;
            q[(j * classes) + j] += first * first;
            q[(i * classes) + j] = -(first * second);
            q[(j * classes) + i] = -(first * second);
            pair++;
        }
    }
}

/* qp = q p; returns p q p, and in *error how far an equation is off. */
static float residue(int32_t classes, const float *restrict q, const float *restrict y, float *restrict qp,
                     float *restrict error)
{
    float total = 0.0f;
    for (int32_t i = 0; i < classes; i++) {
        qp[i] = 0.0f;
        for (int32_t j = 0; j < classes; j++) {
            qp[i] += q[(i * classes) + j] * y[j];
        }
        total += y[i] * qp[i];
    }
    *error = 0.0f;
    for (int32_t i = 0; i < classes; i++) {
        const float apart = (qp[i] > total) ? (qp[i] - total) : (total - qp[i]);
        *error = (apart > *error) ? apart : *error;
    }
    return total;
}

/* One round: each probability in turn solves its own equation. */
static void improve(int32_t classes, const float *restrict q, float total, float *restrict y, float *restrict qp)
{
    for (int32_t i = 0; i < classes; i++) {
        const float own = q[(i * classes) + i];
        const float diff = (total - qp[i]) / own;
        const float whole = 1.0f + diff;
        y[i] += diff;
        total = (total + (diff * ((diff * own) + (2.0f * qp[i])))) / (whole * whole);
        for (int32_t j = 0; j < classes; j++) {
            qp[j] = (qp[j] + (diff * q[(i * classes) + j])) / whole;
            y[j] /= whole;
        }
    }
}

/* Computes:  class probabilities y from pairwise ones (Wu, Lin and Weng 2004, second method), as libsvm does.
 * Needs:     nothing.
 * Scratch:   classes * (classes + 1) floats.
 * Exactness: float32; the iteration ends when no equation is off by `precision`.
 */
TC_KERNEL void tc_pairwise_coupling_f32_ref(const tc_pairwise_coupling *p, const float *restrict x, float *restrict y,
                                            void *restrict scratch)
{
    float *q = scratch;
    float *qp = &q[p->classes * p->classes];
    for (int32_t row = 0; row < p->rows; row++) {
        set_equations(p->classes, x, q);
        for (int32_t i = 0; i < p->classes; i++) {
            y[i] = 1.0f / (float)p->classes;
        }
        for (int32_t round = 0; round < p->rounds; round++) {
            float error;
            const float total = residue(p->classes, q, y, qp, &error);
            if (error < p->precision) {
                break;
            }
            improve(p->classes, q, total, y, qp);
        }
        x += (p->classes * (p->classes - 1)) / 2;
        y += p->classes;
    }
}

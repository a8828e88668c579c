#include "tinyc/det.h"

#include <math.h>
#include <string.h>

/* Row at or below `column` whose element in this column is largest: dividing by it loses least. */
static int32_t pivot_row(int32_t rows, const float *m, int32_t column)
{
    int32_t best = column;
    for (int32_t row = column + 1; row < rows; row++) {
        if (fabsf(m[(row * rows) + column]) > fabsf(m[(best * rows) + column])) {
            best = row;
        }
    }
    return best;
}

static void swap_rows(int32_t rows, float *m, int32_t first, int32_t second)
{
    for (int32_t column = 0; column < rows; column++) {
        const float kept = m[(first * rows) + column];
        m[(first * rows) + column] = m[(second * rows) + column];
        m[(second * rows) + column] = kept;
    }
}

/* Makes the elements below the diagonal of `column` vanish. */
static void eliminate(int32_t rows, float *m, int32_t column)
{
    const float *pivot = &m[column * rows];
    for (int32_t row = column + 1; row < rows; row++) {
        float *line = &m[row * rows];
        const float factor = line[column] / pivot[column];
        for (int32_t i = column; i < rows; i++) {
            line[i] -= factor * pivot[i];
        }
    }
}

static float determinant(int32_t rows, float *m)
{
    float product = 1.0f;
    for (int32_t column = 0; column < rows; column++) {
        const int32_t best = pivot_row(rows, m, column);
        if (m[(best * rows) + column] == 0.0f) {
            return 0.0f;
        }
        if (best != column) {
            swap_rows(rows, m, best, column);
            product = -product;
        }
        product *= m[(column * rows) + column];
        eliminate(rows, m, column);
    }
    return product;
}

/* Computes:  y = the determinant of each matrix of x, by elimination with row pivots.
 * Needs:     math.h, string.h.
 * Scratch:   one matrix.
 * Exactness: float32.
 */
TC_KERNEL void tc_det_f32_ref(const tc_det *p, const float *restrict x, float *restrict y, void *restrict scratch)
{
    const int32_t elements = p->rows * p->rows;
    for (int32_t i = 0; i < p->matrices; i++) {
        (void)memcpy(scratch, &x[i * elements], (size_t)elements * sizeof(float));
        y[i] = determinant(p->rows, (float *)scratch);
    }
}

/* Products of a float32 matrix and a vector, added to what `out` holds. */
#ifndef TINYC_MATVEC_H
#define TINYC_MATVEC_H

#include "tinyc/kernel.h"

/* matrix [rows][columns]. */
static inline void tc_matvec_rows(const float *restrict matrix, int32_t rows, int32_t columns,
                                  const float *restrict vector, float *restrict out)
{
    for (int32_t row = 0; row < rows; row++) {
        float acc = out[row];
        for (int32_t k = 0; k < columns; k++) {
            acc += matrix[k] * vector[k];
        }
        out[row] = acc;
        matrix += columns;
    }
}

/* Four rows at a time, of which the matrix holds one column after the other: [rows / 4][columns][4]; the rows that are
 * left over follow as they are. Every element of the vector is read once for four rows.
 */
static inline void tc_matvec_packed(const float *restrict matrix, int32_t rows, int32_t columns,
                                    const float *restrict vector, float *restrict out)
{
    const int32_t in_fours = rows - (rows % 4);
    for (int32_t row = 0; row < in_fours; row += 4) {
        float acc0 = out[row];
        float acc1 = out[row + 1];
        float acc2 = out[row + 2];
        float acc3 = out[row + 3];
        for (int32_t k = 0; k < columns; k++) {
            const float v = vector[k];
            acc0 += matrix[0] * v;
            acc1 += matrix[1] * v;
            acc2 += matrix[2] * v;
            acc3 += matrix[3] * v;
            matrix += 4;
        }
        out[row] = acc0;
        out[row + 1] = acc1;
        out[row + 2] = acc2;
        out[row + 3] = acc3;
    }
    tc_matvec_rows(matrix, rows - in_fours, columns, vector, &out[in_fours]);
}

#endif

/* Products of a tc_dynamic_matrix: the including file defines TC_WEIGHT_AT(weights, index). No include guard on
 * purpose.
 */

/* out[i] += scale of x * (row first + i of the matrix times the int8 of x); spare: [columns] bytes. */
static void add_product(const tc_dynamic_matrix *matrix, int32_t first, int32_t rows, const float *restrict x,
                        float *restrict out, void *restrict spare)
{
    int8_t *const q = spare;
    const uint8_t *restrict weights = matrix->weights;
    const float *scale = &matrix->scale[first * (matrix->columns / matrix->group)];
    const float x_scale = tc_dynamic_row(x, matrix->columns, q);
    int32_t index = first * matrix->columns;
    for (int32_t row = 0; row < rows; row++) {
        float total = 0.0f;
        for (int32_t start = 0; start < matrix->columns; start += matrix->group) {
            int32_t acc = 0;
            for (int32_t k = start; k < (start + matrix->group); k++) {
                acc += (int32_t)q[k] * TC_WEIGHT_AT(weights, index);
                index++;
            }
            total += (float)acc * *scale;
            scale++;
        }
        out[row] += total * x_scale;
    }
}

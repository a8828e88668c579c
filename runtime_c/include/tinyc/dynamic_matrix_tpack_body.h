/* Products of a tc_dynamic_tpack: included by kernels for cores with DSP. No include guard on purpose. */

/* out[i] += scale of x * (row first + i of the matrix times the int8 of x); `first` and `rows` are multiples of 4.
 * spare: 8 * ceil(columns / 4) + 4 * rows bytes.
 */
static void add_product(const tc_dynamic_tpack *matrix, int32_t first, int32_t rows, const float *restrict x,
                        float *restrict out, void *restrict spare)
{
    const int32_t quads = tc_dynamic_quads(matrix->columns);
    uint32_t *const columns = spare;
    uint32_t *const end = &columns[2 * quads];
    int32_t *const sums = (int32_t *)end;
    const float *restrict scale = &matrix->scale[first];
    const float x_scale = tc_dynamic_columns(x, matrix->columns, columns);
    tc_tpack_sums run = {&matrix->weights[first * quads], columns, sums, end, tc_tpack_sums_skip(quads), rows / 4};
    tc_tpack_sums_4x1(&run);
    for (int32_t row = 0; row < rows; row++) {
        out[row] += ((float)sums[row] * scale[row]) * x_scale;
    }
}

#include "tinyc/matmul_dsp.h"
#include "tinyc/requant_dsp.h"

/* Four columns of b as int16 less its zero point: for each four k and each column, halves of k + 2 and k, and of k + 3
 * and k + 1, as SXTB16 takes apart four bytes of a. Zeros fill up k and the columns. */
typedef struct {
    uint32_t *halves;  /* [k / 4][4][2] */
    int32_t starts[4]; /* - a_zero_point * sum of the column */
} columns_of_b;

static inline uint32_t halves_of(int32_t low, int32_t high)
{
    return ((uint32_t)high << 16) | ((uint32_t)low & 0xFFFFu);
}

/* Four k of four columns. */
static inline void expand_whole(const int8_t *b, int32_t step, uint32_t less, uint32_t *to)
{
    for (int32_t odd = 0; odd < 2; odd++) {
        const uint32_t first = tc_load4(&b[odd * step]);
        const uint32_t third = tc_load4(&b[(odd + 2) * step]);
        const uint32_t first_even = tc_sxtab16(less, first);
        const uint32_t third_even = tc_sxtab16(less, third);
        const uint32_t first_odd = tc_sxtab16_ror8(less, first);
        const uint32_t third_odd = tc_sxtab16_ror8(less, third);
        to[odd] = tc_pkhbt(first_even, third_even);
        to[odd + 2] = tc_pkhbt(first_odd, third_odd);
        to[odd + 4] = tc_pkhtb(first_even, third_even);
        to[odd + 6] = tc_pkhtb(first_odd, third_odd);
    }
}

/* The same where some of them are missing. */
static void expand_edge(const tc_matmul_s8_words *p, const int8_t *b, int32_t rows, int32_t columns, uint32_t *to)
{
    for (int32_t column = 0; column < 4; column++) {
        int32_t values[4] = {0, 0, 0, 0};
        for (int32_t k = 0; (column < columns) && (k < rows); k++) {
            values[k] = b[(k * p->shape.columns) + column] - p->b_zero_point;
        }
        to[2 * column] = halves_of(values[0], values[2]);
        to[(2 * column) + 1] = halves_of(values[1], values[3]);
    }
}

static void expand(const tc_matmul_s8_words *p, const int8_t *b, int32_t columns, columns_of_b *found)
{
    const int32_t step = p->shape.columns;
    const uint32_t less = halves_of(-p->b_zero_point, -p->b_zero_point);
    int32_t sums[4] = {0, 0, 0, 0};
    uint32_t *to = found->halves;
    for (int32_t k = 0; k < p->shape.inner; k += 4) {
        const int32_t rows = tc_min_i32(4, p->shape.inner - k);
        if ((rows == 4) && (columns == 4)) {
            expand_whole(&b[k * step], step, less, to);
        } else {
            expand_edge(p, &b[k * step], rows, columns, to);
        }
        for (int32_t column = 0; column < 4; column++) {
            sums[column] = tc_smlad(to[2 * column], 0x00010001u, sums[column]);
            sums[column] = tc_smlad(to[(2 * column) + 1], 0x00010001u, sums[column]);
        }
        to = &to[8];
    }
    for (int32_t column = 0; column < 4; column++) {
        found->starts[column] = -p->a_zero_point * sums[column];
    }
}

#ifdef TC_SIMD_ARM

/* `size` inner elements, a multiple of 4, of one row of a, times four columns. In assembly, as loads that stand together
 * cost less, and a compiler sets them apart: 25 cycles for 16 products. */
static inline void multiply(const int8_t *a, int32_t size, const uint32_t *b, const int32_t starts[4], int32_t sums[4])
{
    const int8_t *const end = &a[size];
    uint32_t even;
    uint32_t odd;
    uint32_t b0;
    uint32_t b1;
    uint32_t b2;
    uint32_t b3;
    int32_t s0 = starts[0];
    int32_t s1 = starts[1];
    int32_t s2 = starts[2];
    int32_t s3 = starts[3];
    if (size > 0) {
        __asm__("1:\n\t"
                "ldr %[odd], [%[a]], #4\n\tldr %[b0], [%[b]], #4\n\tldr %[b1], [%[b]], #4\n\t"
                "ldr %[b2], [%[b]], #4\n\tldr %[b3], [%[b]], #4\n\t"
                "sxtb16 %[even], %[odd]\n\tsxtb16 %[odd], %[odd], ror #8\n\t"
                "smlad %[s0], %[even], %[b0], %[s0]\n\tsmlad %[s1], %[even], %[b2], %[s1]\n\t"
                "smlad %[s0], %[odd], %[b1], %[s0]\n\tsmlad %[s1], %[odd], %[b3], %[s1]\n\t"
                "ldr %[b0], [%[b]], #4\n\tldr %[b1], [%[b]], #4\n\t"
                "ldr %[b2], [%[b]], #4\n\tldr %[b3], [%[b]], #4\n\t"
                "smlad %[s2], %[even], %[b0], %[s2]\n\tsmlad %[s3], %[even], %[b2], %[s3]\n\t"
                "smlad %[s2], %[odd], %[b1], %[s2]\n\tsmlad %[s3], %[odd], %[b3], %[s3]\n\t"
                "cmp %[a], %[end]\n\tbne 1b\n\t"
                : [a] "+r"(a), [b] "+r"(b), [s0] "+r"(s0), [s1] "+r"(s1), [s2] "+r"(s2), [s3] "+r"(s3),
                  [even] "=&r"(even), [odd] "=&r"(odd), [b0] "=&r"(b0), [b1] "=&r"(b1), [b2] "=&r"(b2), [b3] "=&r"(b3)
                : [end] "r"(end)
                : "cc", "memory");
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

#else

static inline void multiply(const int8_t *a, int32_t size, const uint32_t *b, const int32_t starts[4], int32_t sums[4])
{
    for (int32_t column = 0; column < 4; column++) {
        sums[column] = starts[column];
    }
    for (const int8_t *const end = &a[size]; a != end; a += 4) {
        const uint32_t even = tc_sxtb16(tc_load4(a));
        const uint32_t odd = tc_sxtb16_ror8(tc_load4(a));
        for (int32_t column = 0; column < 4; column++) {
            sums[column] = tc_smlad(odd, b[1], tc_smlad(even, b[0], sums[column]));
            b += 2;
        }
    }
}

#endif

/* What is left of a sum, less than four elements. */
static void multiply_rest(const int8_t *a, int32_t size, const uint32_t *b, int32_t sums[4])
{
    int32_t last[3] = {0, 0, 0};
    for (int32_t i = 0; i < size; i++) {
        last[i] = a[i];
    }
    const uint32_t even = halves_of(last[0], last[2]);
    const uint32_t odd = halves_of(last[1], 0);
    for (int32_t column = 0; column < 4; column++) {
        sums[column] = tc_smlad(odd, b[(2 * column) + 1], tc_smlad(even, b[2 * column], sums[column]));
    }
}

/* All rows of a times up to four columns of b; y is the first of them. Every row but the last ones is read up to whole
 * words: what is beyond it belongs to the next rows, and meets zeros. */
static void column_block(const tc_matmul_s8_words *p, const int8_t *a, const columns_of_b *b, int32_t columns, int8_t *y)
{
    const tc_matmul *s = &p->shape;
    const int32_t multiplier = p->multiplier;
    const int32_t offset = p->offset;
    const int32_t k = p->k;
    const int32_t whole = s->inner & ~3;
    const int32_t filled = (s->inner + 3) & ~3;
    for (int32_t rows = s->rows; rows > 0; rows--) {
        int32_t sums[4];
        const int32_t goes_on = ((rows * s->inner) >= filled) ? 1 : 0;
        multiply(a, (goes_on != 0) ? filled : whole, b->halves, b->starts, sums);
        if (goes_on == 0) {
            multiply_rest(&a[whole], s->inner - whole, &b->halves[2 * whole], sums);
        }
        y[0] = tc_requantize_dsp(sums[0], multiplier, offset, k);
        if (columns == 4) {
            y[1] = tc_requantize_dsp(sums[1], multiplier, offset, k);
            y[2] = tc_requantize_dsp(sums[2], multiplier, offset, k);
            y[3] = tc_requantize_dsp(sums[3], multiplier, offset, k);
        } else {
            for (int32_t column = 1; column < columns; column++) {
                y[column] = tc_requantize_dsp(sums[column], multiplier, offset, k);
            }
        }
        a += s->inner;
        y += s->columns;
    }
}

/* Computes:  as tc_matmul_s8_ref, four columns at a time.
 * Needs:     DSP. Shifts of 33 to 54.
 * Scratch:   8 bytes for each of the inner axis, filled up to a multiple of 4: four columns of b.
 * Exactness: equal to tc_matmul_s8_ref.
 * Measured:  Cortex-M4, tinyc profile, 4 times 32x64 by 64x32: 2.1 model cycles per MAC; tc_matmul_s8_ref 11.7.
 */
TC_KERNEL void tc_matmul_s8_dsp(const tc_matmul_s8_words *p, const int8_t *restrict a, const int8_t *restrict b,
                                int8_t *restrict y, void *scratch)
{
    const tc_matmul *s = &p->shape;
    const int32_t size = s->rows * s->columns;
    columns_of_b found = {(uint32_t *)scratch, {0, 0, 0, 0}};
    for (int32_t batch = 0; batch < s->batch; batch++) {
        const int8_t *left = &a[tc_matmul_start(s, s->a_stride, batch)];
        const int8_t *right = &b[tc_matmul_start(s, s->b_stride, batch)];
        for (int32_t column = 0; column < s->columns; column += 4) {
            const int32_t columns = tc_min_i32(4, s->columns - column);
            expand(p, &right[column], columns, &found);
            column_block(p, left, &found, columns, &y[column]);
        }
        tc_narrow_s8(y, size, p->low, p->high);
        y += size;
    }
}

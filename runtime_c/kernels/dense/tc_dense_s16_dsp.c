#include "tinyc/s16_dsp.h"

/* Sums of four channels over one row; s holds the sums to start from. */
static void four_sums(const int32_t *restrict w, const uint32_t *restrict x, int32_t pairs, int32_t *s)
{
    int32_t s0 = s[0];
    int32_t s1 = s[1];
    int32_t s2 = s[2];
    int32_t s3 = s[3];
    for (int32_t i = 0; i < pairs; i++) {
        const uint32_t a = (uint32_t)w[0];
        const uint32_t b = (uint32_t)w[1];
        const uint32_t xs = x[i];
        w += 2;
        s0 = tc_smlad(tc_sxtb16(a), xs, s0);
        s1 = tc_smlad(tc_sxtb16_ror8(a), xs, s1);
        s2 = tc_smlad(tc_sxtb16(b), xs, s2);
        s3 = tc_smlad(tc_sxtb16_ror8(b), xs, s3);
    }
    s[0] = s0;
    s[1] = s1;
    s[2] = s2;
    s[3] = s3;
}

/* Computes:  as tc_dense_s16_ref, one row at a time.
 * Needs:     DSP.
 * Scratch:   4 * ceil(in_features / 2) bytes: a row that ends at a whole word.
 * Exactness: equal to tc_dense_s16_ref while all sums fit int32.
 * Measured:  Cortex-M4, tinyc profile, one row of 64 to 12: 2.3 instructions and 3.2 model cycles per MAC.
 */
TC_KERNEL void tc_dense_s16_dsp(const tc_dense_s16_pack *p, const int16_t *restrict x, int16_t *restrict y,
                                void *scratch)
{
    uint32_t *const words = scratch;
    const int32_t pairs = tc_s16pack_pairs(p->in_features);
    for (int32_t row = 0; row < p->rows; row++) {
        const int32_t *w = p->weights;
        const int32_t *c = p->constants;
        words[pairs - 1] = 0;
        (void)memcpy(words, x, (size_t)p->in_features * sizeof x[0]);
        for (int32_t m = 0; m < p->out_features; m += 4) {
            int32_t sums[4] = {c[0], c[1], c[2], c[3]};
            four_sums(w, words, pairs, sums);
            const int32_t count = tc_min_i32(4, p->out_features - m);
            for (int32_t i = 0; i < count; i++) {
                y[m + i] = tc_bounded_s16_dsp(sums[i], &c[4 + (3 * i)], &p->bounds);
            }
            w += 2 * pairs;
            c += TC_S16PACK_CONSTANTS;
        }
        x += p->in_features;
        y += p->out_features;
    }
}

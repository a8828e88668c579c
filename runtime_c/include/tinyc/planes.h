/* Planes: an image of one channel as int16, padded, for convolutions that work channel by channel.
 *
 * plane: [pairs][pitch] words; word (j, t) holds columns 2j (low half) and 2j + 1 of row t, both counted from the
 * padding's left end; what lies outside the image is the zero point. Four planes lie `plane` words apart: one behind the
 * other, or in each other's gaps where they have fewer rows than there is room for.
 */
#ifndef TINYC_PLANES_H
#define TINYC_PLANES_H

#include "tinyc/simd.h"

#define TC_PLANES_AT_ONCE 4

/* The image that planes are filled from, and where rows `top` to `top + rows - 1` of it go. */
typedef struct {
    int32_t height;
    int32_t width;
    int32_t channels; /* bytes from one pixel to the next */
    int32_t pad_left;
    int32_t outside; /* zero point */
    int32_t pairs;
    int32_t pitch; /* rows that a plane has room for */
    int32_t top;
    int32_t rows;
    int32_t plane; /* words from a plane to the next */
} tc_planes;

/* Two neighbours going down, then further pairs to the right: columns of words in four planes. */
typedef struct {
    const int8_t *left;
    const int8_t *right;
    int32_t left_step; /* bytes to the row below */
    int32_t right_step;
    uint32_t *words;
    int32_t plane_bytes;
    int32_t rows; /* at least one */
    int32_t pitch_bytes;
    int32_t columns; /* at least one; if more, the steps are equal */
    int32_t advance; /* bytes to the next pair */
} tc_planes_columns;

#ifdef TC_SIMD_ARM

_Static_assert(offsetof(tc_planes_columns, advance) == 36u, "the assembly reads tc_planes_columns by these offsets");

/* r0 r1 pixels, r2 r3 steps, r4 to r7 words of the four planes, r12 columns left, lr pairs of rows left.
 * On the stack: rows, from a column's end to the next one's begin in the image and in the planes. */
#define TC_PLANES_EXPAND                                                                                               \
    "ldr r8, [r0]\n ldr r9, [r1]\n"                                                                                    \
    "add r0, r0, r2\n add r1, r1, r3\n"                                                                                \
    "pkhbt r10, r8, r9, lsl #16\n pkhtb r11, r9, r8, asr #16\n"                                                        \
    "sxtb16 r8, r10\n sxtb16 r10, r10, ror #8\n sxtb16 r9, r11\n sxtb16 r11, r11, ror #8\n"                            \
    "str r8, [r4], #4\n str r10, [r5], #4\n str r9, [r6], #4\n str r11, [r7], #4\n"

TC_KERNEL __attribute__((naked, noinline)) void
tc_planes_fill_columns(const tc_planes_columns *run __attribute__((unused)))
{
    __asm__(
        "push {r4-r11, lr}\n"
        "sub sp, sp, #12\n"
        "add r12, r0, #24\n ldm r12, {r8-r11}\n" /* rows, pitch, columns, advance */
        "mov r12, r10\n"
        "ldm r0, {r0-r5}\n"
        "mul r10, r8, r2\n sub r11, r11, r10\n"
        "sub r9, r9, r8, lsl #2\n"
        "strd r8, r11, [sp]\n str r9, [sp, #8]\n"
        "mov lr, r8\n"
        "add r6, r4, r5, lsl #1\n add r7, r6, r5\n add r5, r4, r5\n"
        "1:\n"
        "lsrs lr, lr, #1\n bcc 2f\n" TC_PLANES_EXPAND
        "cmp lr, #0\n beq 3f\n"
        "2:\n" TC_PLANES_EXPAND TC_PLANES_EXPAND
        "subs lr, lr, #1\n bne 2b\n"
        "3:\n"
        "subs r12, r12, #1\n beq 4f\n"
        "ldr lr, [sp]\n ldr r8, [sp, #4]\n ldr r9, [sp, #8]\n"
        "add r0, r0, r8\n add r1, r1, r8\n"
        "add r4, r4, r9\n add r5, r5, r9\n add r6, r6, r9\n add r7, r7, r9\n"
        "b 1b\n"
        "4: add sp, sp, #12\n"
        "pop {r4-r11, pc}\n");
}

#else

static inline void tc_planes_fill_columns(const tc_planes_columns *run)
{
    const int32_t plane = run->plane_bytes / 4;
    for (int32_t i = 0; i < (run->columns * run->rows); i++) {
        const int32_t column = i / run->rows;
        const int32_t t = i % run->rows;
        uint32_t *const words = &run->words[(column * (run->pitch_bytes / 4)) + t];
        const uint32_t left = tc_load4(&run->left[(column * run->advance) + (t * run->left_step)]);
        const uint32_t right = tc_load4(&run->right[(column * run->advance) + (t * run->right_step)]);
        words[0] = tc_sxtb16(tc_pkhbt(left, right));
        words[plane] = tc_sxtb16_ror8(tc_pkhbt(left, right));
        words[2 * plane] = tc_sxtb16(tc_pkhtb(left, right));
        words[3 * plane] = tc_sxtb16_ror8(tc_pkhtb(left, right));
    }
}

#endif

/* The same for fewer than four channels, one column: one plane after the other. */
TC_SHARED void tc_planes_fill_few(const tc_planes_columns *run, int32_t count);

TC_SHARED void tc_planes_fill_few(const tc_planes_columns *run, int32_t count)
{
    for (int32_t channel = 0; channel < count; channel++) {
        uint32_t *const words = &run->words[channel * (run->plane_bytes / 4)];
        for (int32_t t = 0; t < run->rows; t++) {
            const uint32_t left = (uint32_t)run->left[(t * run->left_step) + channel];
            const uint32_t right = (uint32_t)run->right[(t * run->right_step) + channel];
            words[t] = tc_pkhbt(left, right);
        }
    }
}

/* Writes the zero point to rows from `first` on of pairs j to pairs_end - 1, in four planes. */
TC_SHARED void tc_planes_outside(const tc_planes *g, int32_t j, int32_t pairs_end, int32_t first, int32_t rows_end,
                                     uint32_t *planes);

TC_SHARED void tc_planes_outside(const tc_planes *g, int32_t j, int32_t pairs_end, int32_t first, int32_t rows_end,
                                     uint32_t *planes)
{
    const uint32_t one = (uint32_t)g->outside;
    const uint32_t both = tc_pkhbt(one, one);
    const int32_t plane = g->plane;
    for (uint32_t *column = &planes[j * g->pitch]; j < pairs_end; j++, column += g->pitch) {
        for (int32_t t = first; t < rows_end; t++) {
            column[t] = both;
            column[plane + t] = both;
            column[(2 * plane) + t] = both;
            column[(3 * plane) + t] = both;
        }
    }
}

/* Rows and pairs that hold some of the image: from, to. */
typedef struct {
    int32_t first_row;
    int32_t rows_end;
    int32_t first_pair;
    int32_t pairs_end;
} tc_planes_part;

static inline tc_planes_part tc_planes_inside(const tc_planes *g)
{
    tc_planes_part part;
    part.first_row = tc_min_i32(tc_max_i32(0, -g->top), g->rows);
    part.rows_end = tc_clamp_i32(g->height - g->top, part.first_row, g->rows);
    part.first_pair = tc_min_i32(g->pad_left / 2, g->pairs);
    part.pairs_end = tc_clamp_i32((g->width + g->pad_left + 1) / 2, part.first_pair, g->pairs);
    return part;
}

/* Once for all fillings of the same rows: what lies outside the image. Returns what a filling writes. */
TC_SHARED tc_planes_part tc_planes_clear(const tc_planes *g, uint32_t *planes);

TC_SHARED tc_planes_part tc_planes_clear(const tc_planes *g, uint32_t *planes)
{
    const tc_planes_part in = tc_planes_inside(g);
    tc_planes_outside(g, 0, g->pairs, 0, in.first_row, planes);
    tc_planes_outside(g, 0, g->pairs, in.rows_end, g->rows, planes);
    tc_planes_outside(g, 0, in.first_pair, 0, g->rows, planes);
    tc_planes_outside(g, in.pairs_end, g->pairs, 0, g->rows, planes);
    return in;
}

/* Fills cleared planes with `count` channels of an image, up to four. */
TC_SHARED void tc_planes_fill(const tc_planes *g, const tc_planes_part *in, const int8_t *image, int32_t count,
                              uint32_t *planes);

TC_SHARED void tc_planes_fill(const tc_planes *g, const tc_planes_part *in, const int8_t *image, int32_t count,
                              uint32_t *planes)
{
    if (in->rows_end <= in->first_row) {
        return;
    }
    const uint32_t outside = 0x01010101u * (uint32_t)(uint8_t)(int8_t)g->outside;
    int8_t nothing[4];
    (void)memcpy(nothing, &outside, sizeof nothing);
    const int32_t row_bytes = g->width * g->channels;
    const int8_t *const row = &image[(g->top + in->first_row) * row_bytes];
    tc_planes_columns run = {nothing, nothing, 0, 0, &planes[(in->first_pair * g->pitch) + in->first_row],
                             4 * g->plane, in->rows_end - in->first_row, 4 * g->pitch, 1, 2 * g->channels};
    for (int32_t j = in->first_pair; j < in->pairs_end; j += run.columns) {
        const int32_t x = (2 * j) - g->pad_left;
        const int in_left = x >= 0;
        const int in_right = (x + 1) < g->width;
        const int32_t whole = tc_min_i32((g->width - x) / 2, in->pairs_end - j);
        run.left = in_left ? &row[x * g->channels] : nothing;
        run.left_step = in_left ? row_bytes : 0;
        run.right = in_right ? &row[(x + 1) * g->channels] : nothing;
        run.right_step = in_right ? row_bytes : 0;
        run.columns = (in_left && in_right && (count == TC_PLANES_AT_ONCE)) ? whole : 1;
        if (count == TC_PLANES_AT_ONCE) {
            tc_planes_fill_columns(&run);
        } else {
            tc_planes_fill_few(&run, count);
        }
        run.words += run.columns * g->pitch;
    }
}

#endif

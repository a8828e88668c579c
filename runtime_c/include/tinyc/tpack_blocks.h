/* T-pack (tpack.h) of matrices whose blocks of four channels x 2 or 4 inputs are mostly zero: the others are listed.
 *
 * stream: for each four channels a word, then groups of four blocks: four bytes, each the distance of a block from the
 * one before, in blocks, then the weights of the four blocks. In the first group, zeros stand for blocks that are
 * missing at four; their work is left out. The word: bits 0 to 10 the entry into the unrolled loop in bytes of code,
 * bits 11 to 15 the words to the first block behind a list of distances (0: the list comes first), bits 16 to 31 the
 * bytes to the next four channels.
 */
#ifndef TINYC_TPACK_BLOCKS_H
#define TINYC_TPACK_BLOCKS_H

#include "tinyc/tpack_pair.h"

#define TC_BLOCKS_GROUP 4

/* One run over all channels of many pairs of pixels; members as in tc_tpack_run. */
typedef struct {
    const uint32_t *columns;
    int8_t *y0;
    int8_t *y1;
    const int32_t *stream;
    const int32_t *constants;
    const int32_t *constants_end;
    int32_t pairs;
    int32_t shared;  /* whether all channels have the same shift */
    int32_t advance; /* bytes of columns from one pair to the next */
    int32_t y_step;
} tc_blocks_run;

/* Where the blocks of four channels lie. */
typedef struct {
    const int32_t *at;  /* the first block, or the list of distances before it */
    const int32_t *end; /* the next four channels */
    int32_t unit;       /* place of the first block in its group */
} tc_blocks_list;

static inline tc_blocks_list tc_blocks_of(const int32_t *stream, int32_t block_words)
{
    const uint32_t head = (uint32_t)*stream;
    const int32_t lead = (int32_t)((head >> 11) & 31u);
    const tc_blocks_list list = {&stream[1 + lead], &stream[1 + (int32_t)(head >> 18)],
                                 (lead > 0) ? ((lead - 1) / block_words) : 0};
    return list;
}

/* The weights of the next block; `position` advances to it. */
static inline const int32_t *tc_blocks_next(tc_blocks_list *list, int32_t block_words, int32_t *position)
{
    const int32_t distances = (list->unit > 0) ? (-1 - (block_words * list->unit)) : 0;
    *position += (int32_t)(((uint32_t)list->at[distances] >> (8 * list->unit)) & 0xFFu);
    const int32_t *const weights = &list->at[(list->unit > 0) ? 0 : 1];
    list->at = &weights[block_words];
    list->unit = (list->unit + 1) % TC_BLOCKS_GROUP;
    return weights;
}

#endif

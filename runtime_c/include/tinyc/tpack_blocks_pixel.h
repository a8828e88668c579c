/* One run over all channels of a pixel, blocks of zeros left out: tpack_blocks.h. */
#ifndef TINYC_TPACK_BLOCKS_PIXEL_H
#define TINYC_TPACK_BLOCKS_PIXEL_H

#include "tinyc/tpack_blocks.h"
#include "tinyc/tpack_quad.h"

/* Used up: the stream, constants and outputs advance over the channels. */
typedef struct {
    const int32_t *stream;
    const uint32_t *columns;
    const int32_t *constants; /* tpack_4x1.h */
    int8_t *y;
    int32_t quads; /* channels / 4 */
} tc_blocks_pixel;

#endif

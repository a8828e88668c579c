/* Whether constants in flash are what the compiler wrote. */
#ifndef TINYC_INTEGRITY_H
#define TINYC_INTEGRITY_H

#include "tinyc/kernel.h"

typedef struct {
    const void *bytes;
    size_t count;
} tc_part;

/* CRC-32 (IEEE 802.3, as in zlib) of the parts, one after the other. */
uint32_t tc_crc32(const tc_part *parts, int32_t count);

#endif

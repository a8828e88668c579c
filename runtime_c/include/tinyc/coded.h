/* Weights and constants of channels, coded. A block's head holds bias, multiplier and shift of each of its channels: each
 * number in `narrow` bits, or, where [narrow, wide] differ, in `wide` ones if the bit before it is 1.
 */
#ifndef TINYC_CODED_H
#define TINYC_CODED_H

#include "tinyc/code.h"

typedef struct {
    tc_code code;
    const tc_codec *codec;
    int32_t multiplier_base;    /* what is added to all */
    uint8_t bias_bits[2];       /* two's complement; 0 bits: 0 */
    uint8_t multiplier_bits[2]; /* the highest ones of multiplier_top */
    uint8_t shift_bits[2];      /* what is more than least_shift */
    uint8_t multiplier_top;
    uint8_t least_shift;
} tc_coded;

/* Constants of one channel: requant.h. The bias goes with inputs less their zero point. */
typedef struct {
    int32_t bias;
    int32_t multiplier;
    int32_t shift;
} tc_coded_channel;

static inline int32_t tc_coded_width(tc_bit_reader *reader, const uint8_t bits[2])
{
    const int32_t wide = (bits[0] < bits[1]) ? (int32_t)tc_bits_take(reader, 1) : 0;
    return (int32_t)bits[wide];
}

/* The next 0 to 32 bits. */
static inline uint32_t tc_coded_take(tc_bit_reader *reader, int32_t count)
{
    uint32_t high = 0;
    if (count > 16) {
        high = tc_bits_take(reader, count - 16) << 16;
        count = 16;
    }
    return (count > 0) ? (high | tc_bits_take(reader, count)) : 0u;
}

TC_SHARED tc_coded_channel tc_coded_next_channel(const tc_coded *coded, tc_bit_reader *reader);

/* The next channel of a head. Shifts stay within 1 to 62, whatever the stream holds. */
TC_SHARED tc_coded_channel tc_coded_next_channel(const tc_coded *coded, tc_bit_reader *reader)
{
    tc_coded_channel channel = {0, coded->multiplier_base, (int32_t)coded->least_shift};
    const int32_t bias_bits = tc_coded_width(reader, coded->bias_bits);
    if (bias_bits > 0) {
        const uint32_t half = (uint32_t)1 << (bias_bits - 1);
        channel.bias = (int32_t)((tc_coded_take(reader, bias_bits) ^ half) - half);
    }
    const int32_t multiplier_bits = tc_coded_width(reader, coded->multiplier_bits);
    const uint32_t upper = tc_coded_take(reader, multiplier_bits);
    channel.multiplier += (int32_t)(upper << ((int32_t)coded->multiplier_top - multiplier_bits));
    const uint32_t more = tc_coded_take(reader, tc_coded_width(reader, coded->shift_bits));
    channel.shift = tc_clamp_i32(channel.shift + (int32_t)more, 1, 62);
    return channel;
}

#endif

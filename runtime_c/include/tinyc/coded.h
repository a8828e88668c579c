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

/* A number of a head and its bits. */
typedef struct {
    uint32_t value;
    int32_t bits;
} tc_coded_number;

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

static inline tc_coded_number tc_coded_next_number(tc_bit_reader *reader, const uint8_t bits[2])
{
    const uint32_t window = tc_bits_peek(reader);
    const int32_t flag = (bits[0] < bits[1]) ? 1 : 0;
    tc_coded_number number = {0, (int32_t)bits[(flag != 0) ? (window >> 31) : 0u]};
    if ((number.bits + flag) > 25) {
        reader->bit += flag;
        number.value = tc_coded_take(reader, number.bits);
    } else if (number.bits > 0) {
        reader->bit += number.bits + flag;
        number.value = (window << flag) >> (32 - number.bits);
    } else {
        reader->bit += flag;
    }
    return number;
}

TC_SHARED void tc_coded_next_channels(const tc_coded *coded, tc_bit_reader *reader, int32_t count,
                                      tc_coded_channel *channels);

/* The next channels of a head. Shifts stay within 1 to 62, whatever the stream holds. */
TC_SHARED void tc_coded_next_channels(const tc_coded *coded, tc_bit_reader *reader, int32_t count,
                                      tc_coded_channel *channels)
{
    for (int32_t i = 0; i < count; i++) {
        const tc_coded_number bias = tc_coded_next_number(reader, coded->bias_bits);
        const uint32_t half = (bias.bits > 0) ? ((uint32_t)1 << (bias.bits - 1)) : 0u;
        channels[i].bias = (int32_t)((bias.value ^ half) - half);
        const tc_coded_number upper = tc_coded_next_number(reader, coded->multiplier_bits);
        const uint32_t more = upper.value << ((int32_t)coded->multiplier_top - upper.bits);
        channels[i].multiplier = coded->multiplier_base + (int32_t)more;
        const tc_coded_number shift = tc_coded_next_number(reader, coded->shift_bits);
        channels[i].shift = tc_clamp_i32((int32_t)coded->least_shift + (int32_t)shift.value, 1, 62);
    }
}

#endif

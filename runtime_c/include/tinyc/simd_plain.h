/* The functions of simd_arm.h, where they are explained, in plain C: the same results on any machine. */
#ifndef TINYC_SIMD_PLAIN_H
#define TINYC_SIMD_PLAIN_H

#include "tinyc/halves.h"
#include "tinyc/kernel.h"

static inline int32_t tc_wrapping_sum(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline int32_t tc_smlabb(uint32_t a, uint32_t b, int32_t acc)
{
    return tc_wrapping_sum(acc, tc_low_half(a) * tc_low_half(b));
}

static inline int32_t tc_smlatt(uint32_t a, uint32_t b, int32_t acc)
{
    return tc_wrapping_sum(acc, tc_high_half(a) * tc_high_half(b));
}

static inline int32_t tc_smlabt(uint32_t a, uint32_t b, int32_t acc)
{
    return tc_wrapping_sum(acc, tc_low_half(a) * tc_high_half(b));
}

static inline int32_t tc_smlatb(uint32_t a, uint32_t b, int32_t acc)
{
    return tc_wrapping_sum(acc, tc_high_half(a) * tc_low_half(b));
}

static inline int32_t tc_smlad(uint32_t a, uint32_t b, int32_t acc)
{
    return tc_smlatt(a, b, tc_smlabb(a, b, acc));
}

static inline int32_t tc_smulbb(uint32_t a, uint32_t b)
{
    return tc_low_half(a) * tc_low_half(b);
}

static inline int32_t tc_smultt(uint32_t a, uint32_t b)
{
    return tc_high_half(a) * tc_high_half(b);
}

static inline uint32_t tc_sxtb16(uint32_t bytes)
{
    const uint32_t low = (uint32_t)(int32_t)(int8_t)(uint8_t)(bytes & 0xFFu);
    const uint32_t high = (uint32_t)(int32_t)(int8_t)(uint8_t)((bytes >> 16) & 0xFFu);
    return (high << 16) | (low & 0xFFFFu);
}

static inline uint32_t tc_sxtb16_ror8(uint32_t bytes)
{
    return tc_sxtb16(bytes >> 8);
}

static inline uint32_t tc_pkhbt(uint32_t a, uint32_t b)
{
    return (b << 16) | (a & 0xFFFFu);
}

static inline uint32_t tc_pkhtb(uint32_t a, uint32_t b)
{
    return (b & 0xFFFF0000u) | (a >> 16);
}

static inline int32_t tc_smmla(int32_t a, int32_t b, int32_t acc)
{
    return tc_wrapping_sum(acc, (int32_t)(((int64_t)a * b) >> 32));
}

static inline int32_t tc_smlawb(int32_t a, uint32_t b, int32_t acc)
{
    return tc_wrapping_sum(acc, (int32_t)(((int64_t)a * tc_low_half(b)) >> 16));
}

static inline int32_t tc_smlawt(int32_t a, uint32_t b, int32_t acc)
{
    return tc_wrapping_sum(acc, (int32_t)(((int64_t)a * tc_high_half(b)) >> 16));
}

static inline uint32_t tc_sxtab16(uint32_t halves, uint32_t bytes)
{
    const uint32_t more = tc_sxtb16(bytes);
    return ((halves + (more & 0xFFFF0000u)) & 0xFFFF0000u) | ((halves + more) & 0xFFFFu);
}

static inline uint32_t tc_sxtab16_ror8(uint32_t halves, uint32_t bytes)
{
    return tc_sxtab16(halves, bytes >> 8);
}

static inline uint32_t tc_ssub16(uint32_t a, uint32_t b)
{
    return ((a & 0xFFFF0000u) - (b & 0xFFFF0000u)) | ((a - b) & 0xFFFFu);
}

static inline int32_t tc_ssat8(int32_t value)
{
    return tc_clamp_i32(value, -128, 127);
}

static inline int32_t tc_unsigned_byte(uint32_t bytes, int32_t index)
{
    return (int32_t)((bytes >> (8 * index)) & 0xFFu);
}

static inline uint32_t tc_uqadd8(uint32_t a, uint32_t b)
{
    uint32_t bytes = 0;
    for (int32_t i = 0; i < 4; i++) {
        bytes |= (uint32_t)tc_min_i32(tc_unsigned_byte(a, i) + tc_unsigned_byte(b, i), 255) << (8 * i);
    }
    return bytes;
}

static inline uint32_t tc_uqsub8(uint32_t a, uint32_t b)
{
    uint32_t bytes = 0;
    for (int32_t i = 0; i < 4; i++) {
        bytes |= (uint32_t)tc_max_i32(tc_unsigned_byte(a, i) - tc_unsigned_byte(b, i), 0) << (8 * i);
    }
    return bytes;
}

static inline uint32_t tc_max4(uint32_t a, uint32_t b)
{
    uint32_t bytes = 0;
    for (int32_t i = 0; i < 4; i++) {
        const uint32_t mask = 0xFFu << (8 * i);
        const int32_t left = tc_unsigned_byte(a ^ 0x80808080u, i);
        bytes |= ((left > tc_unsigned_byte(b ^ 0x80808080u, i)) ? a : b) & mask;
    }
    return bytes;
}

#endif

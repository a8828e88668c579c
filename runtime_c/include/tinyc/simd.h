/* DSP instructions of Armv7E-M and Armv8-M as functions; elsewhere plain C of the same meaning, so that a kernel runs on
 * any host. A register of two int16 is written hi:lo. Sums wrap modulo 2^32, as the instructions do.
 */
#ifndef TINYC_SIMD_H
#define TINYC_SIMD_H

#include "tinyc/kernel.h"

#include <string.h>

#if defined(__ARM_FEATURE_DSP) && (__ARM_FEATURE_DSP == 1)
#define TC_SIMD_ARM 1
#endif

/* Four bytes at any address, the first lowest. */
static inline uint32_t tc_load4(const int8_t *bytes)
{
    uint32_t word;
    (void)memcpy(&word, bytes, sizeof word);
    return word;
}

/* Loads written after this stay after it: where values would not fit the registers otherwise. */
static inline void tc_load_fence(void)
{
#ifdef TC_SIMD_ARM
    __asm__ volatile("" : : : "memory");
#endif
}

/* The value, of which the compiler knows nothing: it stays in a register, where its uses could not hold it otherwise. */
static inline uint32_t tc_opaque(uint32_t value)
{
#ifdef TC_SIMD_ARM
    __asm__("" : "+r"(value));
#endif
    return value;
}

/* Four bytes to any address. */
static inline void tc_store4(int8_t *bytes, uint32_t word)
{
    (void)memcpy(bytes, &word, sizeof word);
}

/* Four bytes from any address to any other. The empty assembly keeps the compiler from turning a loop of short copies
 * into a call of memcpy. */
static inline void tc_copy4(int8_t *to, const int8_t *from)
{
    const uint32_t word = tc_opaque(tc_load4(from));
    (void)memcpy(to, &word, sizeof word);
}

/* A short copy by words; the last word overlaps the one before, so that nothing beyond is touched. */
static inline void tc_copy_short(int8_t *restrict to, const int8_t *restrict from, int32_t count)
{
    if (count < 4) {
        for (int32_t i = 0; i < count; i++) {
            to[i] = from[i];
        }
        return;
    }
    const int32_t last = count - 4;
    for (int32_t i = 0; i < last; i += 4) {
        tc_copy4(&to[i], &from[i]);
    }
    tc_copy4(&to[last], &from[last]);
}

#ifdef TC_SIMD_ARM

/* acc + lo(a) * lo(b) + hi(a) * hi(b) */
static inline int32_t tc_smlad(uint32_t a, uint32_t b, int32_t acc)
{
    __asm__("smlad %0, %1, %2, %0" : "+r"(acc) : "r"(a), "r"(b));
    return acc;
}

/* acc + lo(a) * lo(b) */
static inline int32_t tc_smlabb(uint32_t a, uint32_t b, int32_t acc)
{
    __asm__("smlabb %0, %1, %2, %0" : "+r"(acc) : "r"(a), "r"(b));
    return acc;
}

/* acc + hi(a) * hi(b) */
static inline int32_t tc_smlatt(uint32_t a, uint32_t b, int32_t acc)
{
    __asm__("smlatt %0, %1, %2, %0" : "+r"(acc) : "r"(a), "r"(b));
    return acc;
}

/* acc + lo(a) * hi(b) */
static inline int32_t tc_smlabt(uint32_t a, uint32_t b, int32_t acc)
{
    __asm__("smlabt %0, %1, %2, %0" : "+r"(acc) : "r"(a), "r"(b));
    return acc;
}

/* acc + hi(a) * lo(b) */
static inline int32_t tc_smlatb(uint32_t a, uint32_t b, int32_t acc)
{
    __asm__("smlatb %0, %1, %2, %0" : "+r"(acc) : "r"(a), "r"(b));
    return acc;
}

/* lo(a) * lo(b) */
static inline int32_t tc_smulbb(uint32_t a, uint32_t b)
{
    int32_t product;
    __asm__("smulbb %0, %1, %2" : "=r"(product) : "r"(a), "r"(b));
    return product;
}

/* hi(a) * hi(b) */
static inline int32_t tc_smultt(uint32_t a, uint32_t b)
{
    int32_t product;
    __asm__("smultt %0, %1, %2" : "=r"(product) : "r"(a), "r"(b));
    return product;
}

/* Bytes 2 and 0, sign-extended, as hi:lo. */
static inline uint32_t tc_sxtb16(uint32_t bytes)
{
    uint32_t halves;
    __asm__("sxtb16 %0, %1" : "=r"(halves) : "r"(bytes));
    return halves;
}

/* Bytes 3 and 1, sign-extended, as hi:lo. */
static inline uint32_t tc_sxtb16_ror8(uint32_t bytes)
{
    uint32_t halves;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(halves) : "r"(bytes));
    return halves;
}

/* lo(b):lo(a) */
static inline uint32_t tc_pkhbt(uint32_t a, uint32_t b)
{
    uint32_t halves;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(halves) : "r"(a), "r"(b));
    return halves;
}

/* hi(b):hi(a) */
static inline uint32_t tc_pkhtb(uint32_t a, uint32_t b)
{
    uint32_t halves;
    __asm__("pkhtb %0, %2, %1, asr #16" : "=r"(halves) : "r"(a), "r"(b));
    return halves;
}

/* acc + the upper 32 bits of a * b */
static inline int32_t tc_smmla(int32_t a, int32_t b, int32_t acc)
{
    int32_t sum;
    __asm__("smmla %0, %1, %2, %3" : "=r"(sum) : "r"(a), "r"(b), "r"(acc));
    return sum;
}

/* acc + (a * lo(b) >> 16) */
static inline int32_t tc_smlawb(int32_t a, uint32_t b, int32_t acc)
{
    int32_t sum;
    __asm__("smlawb %0, %1, %2, %3" : "=r"(sum) : "r"(a), "r"(b), "r"(acc));
    return sum;
}

/* acc + (a * hi(b) >> 16) */
static inline int32_t tc_smlawt(int32_t a, uint32_t b, int32_t acc)
{
    int32_t sum;
    __asm__("smlawt %0, %1, %2, %3" : "=r"(sum) : "r"(a), "r"(b), "r"(acc));
    return sum;
}

/* lo(halves) + byte 0 of bytes and hi(halves) + byte 2, sign-extended */
static inline uint32_t tc_sxtab16(uint32_t halves, uint32_t bytes)
{
    uint32_t sums;
    __asm__("sxtab16 %0, %1, %2" : "=r"(sums) : "r"(halves), "r"(bytes));
    return sums;
}

/* lo(halves) + byte 1 of bytes and hi(halves) + byte 3, sign-extended */
static inline uint32_t tc_sxtab16_ror8(uint32_t halves, uint32_t bytes)
{
    uint32_t sums;
    __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(sums) : "r"(halves), "r"(bytes));
    return sums;
}

/* Differences of the halves. */
static inline uint32_t tc_ssub16(uint32_t a, uint32_t b)
{
    uint32_t halves;
    __asm__("ssub16 %0, %1, %2" : "=r"(halves) : "r"(a), "r"(b));
    return halves;
}

/* value bounded to [-128, 127] */
static inline int32_t tc_ssat8(int32_t value)
{
    __asm__("ssat %0, #8, %0" : "+r"(value));
    return value;
}

/* Sums of four unsigned bytes each, saturated. */
static inline uint32_t tc_uqadd8(uint32_t a, uint32_t b)
{
    uint32_t bytes;
    __asm__("uqadd8 %0, %1, %2" : "=r"(bytes) : "r"(a), "r"(b));
    return bytes;
}

/* Differences of four unsigned bytes each, saturated. */
static inline uint32_t tc_uqsub8(uint32_t a, uint32_t b)
{
    uint32_t bytes;
    __asm__("uqsub8 %0, %1, %2" : "=r"(bytes) : "r"(a), "r"(b));
    return bytes;
}

/* The greater of each pair of signed bytes. */
static inline uint32_t tc_max4(uint32_t a, uint32_t b)
{
    uint32_t difference;
    __asm__("ssub8 %1, %0, %2\n\tsel %0, %0, %2" : "+r"(a), "=&r"(difference) : "r"(b) : "cc");
    return a;
}

#else

static inline int32_t tc_wrapping_sum(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline int32_t tc_low_half(uint32_t word)
{
    return (int16_t)(uint16_t)(word & 0xFFFFu);
}

static inline int32_t tc_high_half(uint32_t word)
{
    return (int16_t)(uint16_t)(word >> 16);
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

#endif

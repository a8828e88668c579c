/* DSP instructions of Armv7E-M and Armv8-M as functions. A register of two int16 is written hi:lo. Sums wrap modulo
 * 2^32, but for those said to saturate.
 */
#ifndef TINYC_SIMD_ARM_H
#define TINYC_SIMD_ARM_H

#include "tinyc/kernel.h"

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

#endif

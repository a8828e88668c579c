/* DSP instructions of Armv7E-M and Armv8-M as functions; elsewhere plain C of the same meaning, so that a kernel runs on
 * any host. And words at any address, which both want.
 */
#ifndef TINYC_SIMD_H
#define TINYC_SIMD_H

#include "tinyc/halves.h"
#include "tinyc/kernel.h"

#include <string.h>

#if defined(__ARM_FEATURE_DSP) && (__ARM_FEATURE_DSP == 1)
#define TC_SIMD_ARM 1
#include "tinyc/simd_arm.h"
#else
#include "tinyc/simd_plain.h"
#endif

/* Four bytes at any address, the first lowest. */
static inline uint32_t tc_load4(const int8_t *bytes)
{
    uint32_t word;
    (void)memcpy(&word, bytes, sizeof word);
    return word;
}

/* Up to three bytes, then zeros. */
static inline uint32_t tc_load_tail(const int8_t *bytes, int32_t count)
{
    uint32_t word = 0;
    for (int32_t i = 0; i < count; i++) {
        word |= (uint32_t)(uint8_t)bytes[i] << (8 * i);
    }
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

#endif

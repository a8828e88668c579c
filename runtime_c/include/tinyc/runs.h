/* Copies and fills of short runs of bytes, by words where the core can: a call of memcpy costs more than such a run. */
#ifndef TINYC_RUNS_H
#define TINYC_RUNS_H

#include "tinyc/kernel.h"

#include <string.h>

#if defined(__GNUC__)
typedef uint32_t tc_run_word __attribute__((may_alias));
#else
typedef uint32_t tc_run_word;
#endif

/* Whether words may be read and written there: Armv6-M and others have none at odd addresses. */
static inline int tc_by_words(const uint8_t *to, const uint8_t *from)
{
#if defined(__ARM_FEATURE_UNALIGNED)
    (void)to;
    (void)from;
    return 1;
#else
    return ((((uintptr_t)to) | ((uintptr_t)from)) & 3u) == 0u;
#endif
}

/* A word from any address, or from one that is known to be aligned where others cannot be read at once. */
static inline uint32_t tc_run_load(const uint8_t *from)
{
#if defined(__ARM_FEATURE_UNALIGNED)
    uint32_t word;
    (void)memcpy(&word, from, sizeof word);
    return word;
#else
    return *(const tc_run_word *)(const void *)from;
#endif
}

static inline void tc_run_store(uint8_t *to, uint32_t word)
{
#if defined(__ARM_FEATURE_UNALIGNED)
    (void)memcpy(to, &word, sizeof word);
#else
    *(tc_run_word *)(void *)to = word;
#endif
}

/* 16 bytes at a time, then 4, then 1: each of them is read before it is written. `to` may lie before `from` in one run of
 * memory. */
static inline void tc_copy_run(uint8_t *to, const uint8_t *from, int32_t count)
{
    const uint8_t *const end = &from[count];
    if (tc_by_words(to, from) != 0) {
        for (; (end - from) >= 16; from += 16) {
            const uint32_t first = tc_run_load(from);
            const uint32_t second = tc_run_load(&from[4]);
            const uint32_t third = tc_run_load(&from[8]);
            const uint32_t fourth = tc_run_load(&from[12]);
            tc_run_store(to, first);
            tc_run_store(&to[4], second);
            tc_run_store(&to[8], third);
            tc_run_store(&to[12], fourth);
            to += 16;
        }
        for (; (end - from) >= 4; from += 4) {
            tc_run_store(to, tc_run_load(from));
            to += 4;
        }
    }
    for (; from != end; from++) {
        *to = *from;
        to++;
    }
}

/* `count` equal bytes. */
static inline void tc_fill_run(uint8_t *to, uint8_t value, int32_t count)
{
    uint8_t *const end = &to[count];
    const uint32_t word = 0x01010101u * value;
    if (tc_by_words(to, to) != 0) {
        for (; (end - to) >= 4; to += 4) {
            tc_run_store(to, word);
        }
    }
    for (; to != end; to++) {
        *to = value;
    }
}

#endif

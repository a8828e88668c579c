/* Short runs of bytes on cores with MVE: 16 at a time, the last ones under a predicate. */
#ifndef TINYC_MVE_COPY_H
#define TINYC_MVE_COPY_H

#include "tinyc/kernel.h"

#include <string.h>

#if defined(__ARM_FEATURE_MVE)

/* Copies `count` bytes. */
static inline void tc_mve_copy(int8_t *to, const int8_t *from, int32_t count)
{
    __asm__ volatile("wlstp.8 lr, %[count], 2f\n"
                     "1:\n\t"
                     "vldrb.u8 q0, [%[from]], #16\n\t"
                     "vstrb.8 q0, [%[to]], #16\n\t"
                     "letp    lr, 1b\n"
                     "2:\n\t"
                     : [to] "+r"(to), [from] "+r"(from)
                     : [count] "r"(count)
                     : "lr", "q0", "memory");
}

/* Copies `runs` runs (at least one) of `count` bytes (at least one), `pitch` apart, to one behind the other. */
static inline void tc_mve_gather(int8_t *to, const int8_t *from, int32_t pitch, int32_t runs, int32_t count)
{
    const int8_t *next;
    int8_t *place;
    __asm__ volatile("1:\n\t"
                     "mov     %[next], %[from]\n\t"
                     "mov     %[place], %[to]\n\t"
                     "dlstp.8 lr, %[count]\n"
                     "2:\n\t"
                     "vldrb.u8 q0, [%[next]], #16\n\t"
                     "vstrb.8 q0, [%[place]], #16\n\t"
                     "letp    lr, 2b\n\t"
                     "add     %[from], %[from], %[pitch]\n\t"
                     "add     %[to], %[to], %[count]\n\t"
                     "subs    %[runs], %[runs], #1\n\t"
                     "bne     1b\n\t"
                     : [to] "+r"(to), [from] "+r"(from), [runs] "+r"(runs), [next] "=&r"(next), [place] "=&r"(place)
                     : [count] "r"(count), [pitch] "r"(pitch)
                     : "lr", "q0", "cc", "memory");
}

/* Sets `count` bytes. */
static inline void tc_mve_fill(int8_t *to, int32_t value, int32_t count)
{
    __asm__ volatile("vdup.8  q0, %[value]\n\t"
                     "wlstp.8 lr, %[count], 2f\n"
                     "1:\n\t"
                     "vstrb.8 q0, [%[to]], #16\n\t"
                     "letp    lr, 1b\n"
                     "2:\n\t"
                     : [to] "+r"(to)
                     : [count] "r"(count), [value] "r"(value)
                     : "lr", "q0", "memory");
}

#else

static inline void tc_mve_copy(int8_t *to, const int8_t *from, int32_t count)
{
    (void)memcpy(to, from, (size_t)count);
}

static inline void tc_mve_gather(int8_t *to, const int8_t *from, int32_t pitch, int32_t runs, int32_t count)
{
    for (int32_t i = 0; i < runs; i++) {
        (void)memcpy(&to[i * count], &from[i * pitch], (size_t)count);
    }
}

static inline void tc_mve_fill(int8_t *to, int32_t value, int32_t count)
{
    (void)memset(to, value, (size_t)count);
}

#endif

#endif

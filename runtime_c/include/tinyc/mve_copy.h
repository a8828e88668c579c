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

static inline void tc_mve_fill(int8_t *to, int32_t value, int32_t count)
{
    (void)memset(to, value, (size_t)count);
}

#endif

#endif

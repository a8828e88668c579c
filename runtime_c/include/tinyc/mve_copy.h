/* Short runs of bytes on cores with MVE: 16 at a time, the last ones under a predicate. */
#ifndef TINYC_MVE_COPY_H
#define TINYC_MVE_COPY_H

#include "tinyc/kernel.h"

#include <string.h>

/* Where each of `bytes` bytes goes to, and the steps from one turn to the next. */
typedef struct {
    uint8_t lanes[16];
    int32_t bytes;
    int32_t from_step;
    int32_t to_step;
} tc_mve_places;

#if defined(__ARM_FEATURE_MVE)

_Static_assert(offsetof(tc_mve_places, bytes) == 16u, "the assembly reads tc_mve_places by offsets");

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

/* Copies `count` bytes to places: `bytes` (1 to 16) of them at a time, then steps on. */
static inline void tc_mve_place(int8_t *to, const int8_t *from, int32_t count, const tc_mve_places *p)
{
    const int32_t turns = count / p->bytes;
    const int32_t rest = count - (turns * p->bytes);
    int32_t from_step;
    __asm__ volatile("vldrb.u8 q1, [%[p]]\n ldrd lr, %[from_step], [%[p], #16]\n vctp.8 lr\n"
                     "ldr %[p], [%[p], #24]\n wls lr, %[turns], 2f\n"
                     "1:\n"
                     "vpstt\n vldrbt.u8 q0, [%[from]]\n vstrbt.8 q0, [%[to], q1]\n"
                     "add %[from], %[from_step]\n add %[to], %[p]\n le lr, 1b\n"
                     "2:\n"
                     "vctp.8 %[rest]\n vpstt\n vldrbt.u8 q0, [%[from]]\n vstrbt.8 q0, [%[to], q1]\n"
                     : [to] "+r"(to), [from] "+r"(from), [p] "+r"(p), [from_step] "=&r"(from_step)
                     : [turns] "r"(turns), [rest] "r"(rest)
                     : "lr", "q0", "q1", "cc", "memory");
}

/* Copies `runs` times `bytes` (1 to 16). */
static inline void tc_mve_runs(int8_t *to, const int8_t *from, int32_t runs, int32_t bytes, int32_t from_step,
                               int32_t to_step)
{
    __asm__ volatile("vctp.8 %[bytes]\n wls lr, %[runs], 2f\n"
                     "1:\n"
                     "vpstt\n vldrbt.u8 q0, [%[from]]\n vstrbt.8 q0, [%[to]]\n"
                     "add %[from], %[from_step]\n add %[to], %[to_step]\n le lr, 1b\n"
                     "2:\n"
                     : [to] "+r"(to), [from] "+r"(from)
                     : [runs] "r"(runs), [bytes] "r"(bytes), [from_step] "r"(from_step), [to_step] "r"(to_step)
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

static inline void tc_mve_place(int8_t *to, const int8_t *from, int32_t count, const tc_mve_places *p)
{
    for (int32_t i = 0; i < count; i++) {
        const int32_t turn = i / p->bytes;
        const int32_t lane = i - (turn * p->bytes);
        to[(turn * p->to_step) + p->lanes[lane]] = from[(turn * p->from_step) + lane];
    }
}

static inline void tc_mve_runs(int8_t *to, const int8_t *from, int32_t runs, int32_t bytes, int32_t from_step,
                               int32_t to_step)
{
    for (int32_t i = 0; i < runs; i++) {
        (void)memcpy(&to[i * to_step], &from[i * from_step], (size_t)bytes);
    }
}

static inline void tc_mve_fill(int8_t *to, int32_t value, int32_t count)
{
    (void)memset(to, value, (size_t)count);
}

#endif

#endif

/* Common ground of all kernels. */
#ifndef TINYC_KERNEL_H
#define TINYC_KERNEL_H

#include <stddef.h>
#include <stdint.h>

/* Several models in one image bring identical copies of a kernel: weak symbols merge to one. */
#if defined(__GNUC__)
#define TC_KERNEL __attribute__((weak))
#else
#define TC_KERNEL
#endif

/* A function in a header that stays one function, however many files include it. */
#if defined(__GNUC__)
#define TC_SHARED __attribute__((weak, noinline))
#else
#define TC_SHARED static inline
#endif

static inline int32_t tc_min_i32(int32_t a, int32_t b)
{
    return (a < b) ? a : b;
}

static inline int32_t tc_max_i32(int32_t a, int32_t b)
{
    return (a > b) ? a : b;
}

static inline int32_t tc_clamp_i32(int32_t value, int32_t low, int32_t high)
{
    return tc_min_i32(tc_max_i32(value, low), high);
}

static inline float tc_clamp_f32(float value, float low, float high)
{
    const float raised = (value < low) ? low : value;
    return (raised > high) ? high : raised;
}

#endif

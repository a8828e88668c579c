/* The part of a window that lies inside the input, along one axis. */
#ifndef TINYC_CONV_WINDOW_H
#define TINYC_CONV_WINDOW_H

#include "tinyc/kernel.h"

/* Taps first..last-1 read inside the input; tap t reads position origin + t * dilation. */
typedef struct {
    int32_t origin;
    int32_t first;
    int32_t last;
} tc_window;

static inline tc_window tc_window_at(int32_t out_index, int32_t stride, int32_t pad, int32_t dilation, int32_t taps,
                                     int32_t in_length)
{
    tc_window window;
    window.origin = (out_index * stride) - pad;
    window.first = (window.origin < 0) ? ((-window.origin + dilation - 1) / dilation) : 0;
    window.last = (in_length > window.origin) ? ((in_length - window.origin + dilation - 1) / dilation) : 0;
    window.last = tc_min_i32(window.last, taps);
    return window;
}

#endif
